"""``cam submit``: a command for each task type that the service knows, made of its OpenAPI document."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from camcli import schema
from camcli.errors import CamError
from camcli.options import Json, connect, printable
from camcli.output import emit, note, plain, show
from camcli.service import TIMEOUT_SECONDS, Row
from camcli.watch import finish

OPERATION = "submit_"
"""How the names of operations begin that submit a task."""
QUICK_SECONDS = 2
"""How long a shell that completes a word may wait."""

Watch = Annotated[bool, typer.Option("--watch", "-w", help="Watch it to its end; the exit status tells the outcome.")]
IdempotencyKey = Annotated[
    str | None, typer.Option(help="Makes it safe to run this again: the same key answers the same task.")
]
OWN = {"ctx": typer.Context, "watch": Watch, "idempotency_key": IdempotencyKey, "as_json": Json}
OWN_OPTIONS = {"--watch", "--idempotency-key", "--json", "--help"}


class SubmitCommands(TyperGroup):
    """Knows its commands by asking the service."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(self._made(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        return self._made(ctx).get(cmd_name)

    def _made(self, ctx: Any) -> dict[str, Any]:
        if not self.commands:
            try:
                with connect(ctx, timeout=QUICK_SECONDS if ctx.resilient_parsing else TIMEOUT_SECONDS) as service:
                    document = service.document()
            except CamError:
                if not ctx.resilient_parsing:
                    raise
                return {}
            self.commands.update(commands(document))
        return dict(self.commands)


app = typer.Typer(
    cls=SubmitCommands,
    no_args_is_help=True,
    help="Submit a task. `cam submit --help` asks the service which types of tasks it has.",
)


def commands(document: Row) -> dict[str, Any]:
    """A command by name for each task type of the document."""
    made = typer.Typer()
    names = []
    for path, methods in document["paths"].items():
        operation = methods.get("post", {})
        if str(operation.get("operationId", "")).startswith(OPERATION):
            name = path.rpartition("/")[2]
            names.append(name)
            body = schema.body(document, operation["requestBody"]["content"]["application/json"]["schema"])
            told = "\n\n".join(filter(None, (operation.get("summary", "") + ".", body.told)))
            made.command(name, help=told)(_submission(path, body.fields))
    made.callback()(lambda: None)  # else a single command would stand for the whole
    group: Any = typer.main.get_command(made)
    return {name: group.commands[name] for name in names}


def _submission(path: str, fields: list[schema.Field]) -> Callable[..., None]:
    """What the command does, with a parameter for each field."""
    taken = set(OWN_OPTIONS)
    parameters = [
        inspect.Parameter(
            f"field_{position}",
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.required else None,
            annotation=field.annotated(taken),
        )
        for position, field in enumerate(fields)
    ]

    def submit(ctx: typer.Context, *, watch: bool, idempotency_key: str | None, as_json: bool, **given: Any) -> None:
        values = ((field, given[f"field_{position}"]) for position, field in enumerate(fields))
        body = {field.name: field.value(value) for field, value in values if value is not None}
        headers = {"Idempotency-Key": key} if (key := printable(idempotency_key, "--idempotency-key")) else {}
        with connect(ctx) as service:
            submitted = service.post(path, body, **headers)
            task_id = submitted["task_id"]
            if submitted.get("deduplicated"):
                note("the same task is active already: this is it")
            if watch:
                raise typer.Exit(finish(service, task_id, as_json=as_json))
        if as_json:
            emit(submitted)
        else:
            show(plain(task_id))
            note(f"`cam watch {task_id}` shows how it goes")

    own = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=_default(name))
        for name, annotation in OWN.items()
    ]
    submit.__signature__ = inspect.Signature([*parameters, *own])  # type: ignore[attr-defined]
    submit.__annotations__ = {}
    return submit


def _default(name: str) -> Any:
    return {"ctx": inspect.Parameter.empty, "idempotency_key": None}.get(name, False)
