"""Dead letters: tasks that failed for good and wait for somebody to decide."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from camcli.commands.tasks import COLUMNS, retry_matching
from camcli.conditions import DEAD_LETTERS, chosen_by
from camcli.options import DryRun, Json, Limit, Yes, agreed, connect, group, rows_wanted
from camcli.output import plain, print_list, show
from camcli.service import part

SHOWN = tuple(column for column in COLUMNS if column.title not in ("status", "%", "took"))


@chosen_by(DEAD_LETTERS)
def list_dead_letters(
    ctx: typer.Context,
    *,
    chosen: dict[str, Any],
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """What has failed for good."""
    with connect(ctx) as service:
        found = service.listing(
            "/dead-letters",
            "dead_letters",
            most=rows_wanted(limit, as_json=as_json),
            **chosen,
        )
        print_list(found, SHOWN, as_json=as_json, nothing="there are no dead letters")


app = group("Dead letters: list, redrive, drop.", list_dead_letters)


@app.command("redrive")
@chosen_by(DEAD_LETTERS)
def redrive(
    ctx: typer.Context,
    *,
    chosen: dict[str, Any],
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Retry dead letters, all or those that the options choose, after saying how many these are."""
    with connect(ctx) as service:
        retry_matching(service, "/dead-letters/redrive", chosen, dry_run=dry_run, yes=yes)


@app.command("drop")
def drop(
    ctx: typer.Context,
    task_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Dead letters by the task's id.")],
    *,
    yes: Yes = False,
) -> None:
    """Remove dead letters: they can then not be retried any more."""
    agreed(f"Remove {len(task_ids):,} dead letters for good?", yes=yes)
    with connect(ctx) as service:
        for task_id in task_ids:
            service.delete(f"/dead-letters/{part(task_id)}")
            show(plain(f"{task_id}: removed"))
