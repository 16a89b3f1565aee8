"""Hears what the service asks, and which of its functions does."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from bench.queries.shapes import Document, Shape, queries

ROOT = Path(__file__).parents[2]
SERVICE = ROOT / "chalicelib"
ON_BEHALF = frozenset({"pages.total"})
"""Functions that ask what others hand to them: it is these who ask."""


class Recorder(CommandListener):
    """``asked`` has the functions that ask, by shape, and ``examples`` a find of each shape, with values. ``callers``
    are all functions of the service that were under way when it asked. What tests and tools ask by themselves is left
    out.
    """

    def __init__(self) -> None:
        self.asked: dict[Shape, set[str]] = defaultdict(set)
        self.examples: dict[Shape, Document] = {}
        self.callers: set[str] = set()

    def started(self, event: CommandStartedEvent) -> None:
        functions = list(_functions(sys._getframe()))  # noqa: SLF001  commands are sent in the thread of whoever asks
        if not functions:
            return
        self.callers.update(functions)
        for query in queries(event.command_name, event.command):
            self.asked[query.shape].add(next(name for name in functions if name not in ON_BEHALF))
            self.examples.setdefault(query.shape, query.example)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass


def _functions(frame: FrameType | None) -> Iterator[str]:
    """The service's ones, from the innermost outwards."""
    while frame:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(SERVICE):
            yield function_name(path, frame.f_code.co_qualname)
        frame = frame.f_back


def function_name(path: Path, qualified: str) -> str:
    """``tasks/store.TaskStore.newest``; what is defined inside a function counts as that function."""
    return f"{path.relative_to(SERVICE).with_suffix('')}.{qualified.partition('.<locals>')[0]}"
