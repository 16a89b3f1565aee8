"""What a client asks of the store, taken apart into what the table of compatibility has a row for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

Document = Mapping[str, Any]
Used = tuple[str, str]
"""The title of a section of the table, and the name in its row."""

COMMANDS = "Commands"
OPTIONS = "Options of commands"
QUERY = "Query operators"
UPDATE = "Update operators and modifiers"
STAGES = "Aggregation stages"
EXPRESSIONS = "Aggregation expressions"
INDEX = "Index options and kinds"
PARTIAL = "Operators in filters of partial indexes"
SECTIONS = (COMMANDS, OPTIONS, QUERY, UPDATE, STAGES, EXPRESSIONS, INDEX, PARTIAL)

THE_DRIVERS = frozenset({"endSessions", "killCursors"})
"""Sent by the driver at moments of its own."""
ENVELOPE = frozenset({"$db", "lsid", "txnNumber", "$clusterTime", "$readPreference"})
"""What the driver adds to commands by the server's abilities."""
BODIES = frozenset({"collection", "documents", "filter", "pipeline", "query"})
"""What a command is about, and no choice of ours."""
STATEMENTS = {"update": "updates", "delete": "deletes", "createIndexes": "indexes"}
"""The commands that carry statements with options of their own, and where."""


class Recorder(CommandListener):
    def __init__(self) -> None:
        self.used: set[Used] = set()

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name not in THE_DRIVERS:
            self.used.update(taken_apart(event.command_name, event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def taken_apart(name: str, command: Document) -> Iterator[Used]:
    yield COMMANDS, name
    statements = command.get(STATEMENTS.get(name, ""), ())
    changed = command.get("update") if name == "findAndModify" else None
    for option in set(command) - ENVELOPE - BODIES - {name, STATEMENTS.get(name), "update"}:
        yield OPTIONS, option
    for filtered in (command.get("filter"), command.get("query")):
        yield from _operators(QUERY, filtered)
    yield from _update(changed)
    yield from _pipeline(command.get("pipeline", ()))
    for statement in statements:
        yield from _index(statement) if name == "createIndexes" else _statement(statement)


def _statement(statement: Document) -> Iterator[Used]:
    for option in set(statement) - {"q", "u"}:
        yield OPTIONS, option
    yield from _operators(QUERY, statement["q"])
    yield from _update(statement.get("u"))


def _update(update: object) -> Iterator[Used]:
    yield from _pipeline(update) if isinstance(update, list) else _operators(UPDATE, update)


def _pipeline(stages: Iterable[Document]) -> Iterator[Used]:
    for stage in stages:
        for name, body in stage.items():
            yield STAGES, name
            yield from _operators(QUERY if name == "$match" else EXPRESSIONS, body)


def _index(index: Document) -> Iterator[Used]:
    for option in set(index) - {"key", "name", "partialFilterExpression"}:
        yield INDEX, option
    if "partialFilterExpression" in index:
        yield INDEX, "partialFilterExpression"
        yield from _operators(PARTIAL, index["partialFilterExpression"])
    yield INDEX, "single field" if len(index["key"]) == 1 else "compound"
    for direction in index["key"].values():
        yield INDEX, {1: "ascending", -1: "descending"}.get(direction, str(direction))


def _operators(section: str, value: object) -> Iterator[Used]:
    """Every name with a dollar sign in front that says what to do; those of fields are values, and are passed by."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if name.startswith("$"):
                yield section, name
            yield from _operators(section, inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _operators(section, inner)
