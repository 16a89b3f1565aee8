"""Tasks: list, look at, watch, cancel, retry, delete."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from camcli.conditions import TASKS, chosen_by
from camcli.errors import Misused, Refused
from camcli.exits import Exit
from camcli.follow import PATIENCE
from camcli.moments import shown, span
from camcli.options import DryRun, Json, Limit, Yes, agreed, connect, rows_wanted
from camcli.outcome import TaskState, place
from camcli.output import Column, emit, fields, note, plain, print_list, show, table
from camcli.service import Row, Service, part
from camcli.watch import finish

TaskId = Annotated[str, typer.Argument(metavar="ID", help="The task's id.")]
TaskIds = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Tasks by id, or options that say which.")]

COLUMNS = (
    Column("id", "id", whole=True),
    Column("type", "type"),
    Column("status", "status", whole=True),
    Column("%", "progress", right=True),
    Column("created", lambda row: shown(row["created_at"]), whole=True),
    Column("took", lambda row: span(row["duration"]), whole=True),
    Column("by", "created_by"),
    Column("about", lambda row: about(row["params"])),
    Column("error", "error"),
)
DETAILS = (
    Column("account", "account_id"),
    Column("region", "region"),
    Column("type", "asset_type"),
    Column("total", lambda row: row.get("total_count", row.get("count")), right=True),
    Column("added", "added_count", right=True),
    Column("updated", "updated_count", right=True),
    Column("deleted", "deleted_count", right=True),
    Column("missing", "missing_count", right=True),
    Column("verdict", "verdict"),
)


@chosen_by(TASKS)
def list_tasks(
    ctx: typer.Context,
    *,
    chosen: dict[str, Any],
    children: Annotated[bool, typer.Option("--children", help="The parts of tasks too.")] = False,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    """Tasks, newest first."""
    with connect(ctx) as service:
        found = service.listing(
            "/tasks",
            "tasks",
            most=rows_wanted(limit, as_json=as_json),
            **chosen,
            include_children="true" if children else None,
        )
        print_list(found, COLUMNS, as_json=as_json, nothing="no task is like that")


def show_task(ctx: typer.Context, task_id: TaskId, *, as_json: Json = False) -> None:
    """One task: how it is, what it was asked, what came of it, what happened to it."""
    with connect(ctx) as service:
        row = service.get(f"/tasks/{part(task_id)}")
        if as_json:
            emit(row)
            return
        _show(row)
        if TaskState.of(row).fanned_out:
            failed = service.get(f"/tasks/{part(task_id)}/children", status="failed", limit=20)
            for child in failed["tasks"]:
                note(f"failed part {place(child['params'])}: {child['error']}")


def watch_task(
    ctx: typer.Context,
    task_id: TaskId,
    *,
    patience: Annotated[
        float, typer.Option(min=0, metavar="SECONDS", help="How long the service may be away meanwhile.")
    ] = PATIENCE,
    as_json: Json = False,
) -> None:
    """Follow a task to its end; the exit status tells the outcome. Ctrl-C leaves the task running."""
    with connect(ctx) as service:
        raise typer.Exit(finish(service, task_id, as_json=as_json, patience=patience))


@chosen_by(TASKS)
def cancel_tasks(
    ctx: typer.Context,
    task_ids: TaskIds = None,
    *,
    chosen: dict[str, Any],
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Stop tasks by id, or every open one that the options choose, after saying how many these are."""
    with connect(ctx) as service:
        if _by_id(task_ids, chosen, dry_run=dry_run):
            _each(task_ids or [], lambda task_id: service.post(f"/tasks/{part(task_id)}/cancel"), "asked to stop")
            return
        found = service.post("/tasks/cancel", chosen | {"dry_run": True})["matched"]
        if _go_on(found, "be cancelled", dry_run=dry_run, yes=yes):
            done = service.post("/tasks/cancel", chosen)
            show(f"{done['cancelled']:,} cancelled, {done['asked']:,} running ones asked to stop")


@chosen_by(TASKS)
def retry_tasks(
    ctx: typer.Context,
    task_ids: TaskIds = None,
    *,
    chosen: dict[str, Any],
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Start failed or cancelled tasks afresh: by id, or every one that the options choose, after saying how many."""
    with connect(ctx) as service:
        if _by_id(task_ids, chosen, dry_run=dry_run):
            _each(task_ids or [], lambda task_id: service.post(f"/tasks/{part(task_id)}/retry"), "starts afresh")
            return
        retry_matching(service, "/tasks/retry", chosen, dry_run=dry_run, yes=yes)


def delete_tasks(
    ctx: typer.Context,
    task_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Tasks by id.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Running ones too: they stop.")] = False,
    yes: Yes = False,
) -> None:
    """Remove tasks and their parts."""
    agreed(f"Remove {len(task_ids):,} tasks?" if len(task_ids) > 1 else f"Remove task {task_ids[0]}?", yes=yes)
    with connect(ctx) as service:
        forced = "true" if force else None
        _each(task_ids, lambda task_id: service.delete(f"/tasks/{part(task_id)}", force=forced), "removed")


def retry_matching(service: Service, path: str, chosen: dict[str, Any], *, dry_run: bool, yes: bool) -> None:
    """Say how many tasks are meant, ask, and retry them all, call by call."""
    found = service.post(path, chosen | {"dry_run": True})["matched"]
    if not _go_on(found, "start afresh", dry_run=dry_run, yes=yes):
        return
    retried = refused = 0
    while True:
        done = service.post(path, chosen)
        retried += done["retried"]
        refused += done["refused"]
        if not done["retried"] or not done["remaining"]:
            break
    twins = f"; {refused:,} not, as the same work is active already" if refused else ""
    show(f"{retried:,} started afresh{twins}")


def about(params: Row) -> str:
    """The parameters of a task that say something, in a few words."""
    return " ".join(plain(value) for value in params.values() if value not in (None, False, [], {}, ""))


def _go_on(found: int, what: str, *, dry_run: bool, yes: bool) -> bool:
    if dry_run or not found:
        show(f"{found:,} tasks would {what}")
        return False
    agreed(f"{found:,} tasks will {what}. Go on?", yes=yes)
    return True


def _by_id(task_ids: list[str] | None, chosen: dict[str, Any], *, dry_run: bool) -> bool:
    if bool(task_ids) == bool(chosen):
        raise Misused("say which tasks: by id, or by options such as --type and --status, not both")
    if task_ids and dry_run:
        raise Misused("--dry-run is for tasks chosen by options")
    return bool(task_ids)


def _each(task_ids: list[str], act: Callable[[str], Any], said: str) -> None:
    """One after the other; one that is refused does not keep the others from it, but the exit status tells."""
    refused = Exit.DONE
    for task_id in task_ids:
        try:
            act(task_id)
        except Refused as error:
            note(f"{task_id}: {error.message}")
            refused = error.exit_status
        else:
            show(plain(f"{task_id}: {said}"))
    if refused:
        raise typer.Exit(refused)


def _show(row: Row) -> None:
    result = dict(row["result"] or {})
    details = result.pop("details", [])
    errors = result.pop("errors", [])
    if "url" in result:
        result["url"] = "(a secret: `cam export --task` fetches the file)"
    fields(
        [
            ("id", row["id"]),
            ("type", row["type"]),
            ("status", row["status"]),
            ("progress", f"{row['progress']} %"),
            ("message", row["message"]),
            ("error", row["error"]),
            (
                "parameters",
                {name: value for name, value in row["params"].items() if value not in (None, [], {}, False)},
            ),
            ("priority", row["priority"]),
            ("retries", f"{row['retry_count']} of {row['max_retry']}"),
            ("part of", row["parent_id"]),
            ("created", f"{shown(row['created_at'])} by {row['created_by']}"),
            ("started", shown(row["started_at"])),
            ("ended", shown(row["completed_at"])),
            ("took", span(row["duration"])),
            *((name.replace("_", " "), value) for name, value in result.items()),
        ]
    )
    if details:
        show("")
        kept = [column for column in DETAILS if any(plain(column.cell(detail)) for detail in details)]
        table(kept, details)
    for error in errors:
        show(plain(f"failed: {place(error)}: {error.get('error', '')}"))
    show("")
    table(
        (
            Column("at", lambda entry: shown(entry["at"]), whole=True),
            Column("event", "event"),
            Column("detail", "detail"),
        ),
        row["timeline"],
    )
