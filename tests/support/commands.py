"""Counts what is sent to the store."""

from __future__ import annotations

from typing import Any

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

WRITES = frozenset({"insert", "update", "delete", "findAndModify", "bulkWrite"})
HOUSEKEEPING = frozenset({"hello", "ping", "endSessions"})


class CommandCounter(CommandListener):
    """Every command but the driver's own housekeeping, as ``(name, collection)`` in the order sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.updates: list[int] = []
        """How many updates each command of them carries."""

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name not in HOUSEKEEPING:
            self.sent.append((event.command_name, event.command.get(event.command_name)))
        if event.command_name == "update":
            self.updates.append(len(event.command["updates"]))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass

    def writes_to(self, collection: str) -> int:
        return sum(name in WRITES and target == collection for name, target in self.sent)
