"""What is seen of a task, shown while it happens."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from camcli.follow import Parts, Seen, Silent
from camcli.moments import span
from camcli.outcome import TaskState, place
from camcli.output import console, emit, note, plain

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class View(Protocol):
    def __enter__(self) -> View: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None: ...
    def seen(self, seen: Seen) -> None: ...
    def silent(self, silent: Silent) -> None: ...


class Lines:
    """For pipes and logs: a line when something has changed."""

    def __init__(self) -> None:
        self._last = ""

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        pass

    def seen(self, seen: Seen) -> None:
        task = seen.task
        self._say(f"{task.status} {task.progress}% {told(seen)}")

    def silent(self, silent: Silent) -> None:
        self._say(f"{silent.reason}; asking again")

    def _say(self, line: str) -> None:
        if line != self._last:
            note(line)
        self._last = line


class JsonLines(Lines):
    """For programs: the task, whenever it has changed. What is no task goes to stderr."""

    def seen(self, seen: Seen) -> None:
        told = dict(seen.task.row) | {"parts": _counts(seen.parts)}
        changing = str(told | {"duration": None})  # which grows by itself
        if changing != self._last:
            emit(told)
        self._last = changing


class Bars:
    """For people: a bar for the task, and one for each of some parts that run."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415

        self._progress: Progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=30),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[said]}", markup=False),
            console=console(err=True),
            transient=True,
        )
        self._main = self._progress.add_task("", total=100, said="", visible=False)  # until there is something to say
        self._parts: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._progress.stop()

    def seen(self, seen: Seen) -> None:
        task = seen.task
        self._progress.update(
            self._main,
            description=plain(f"{task.type} {task.status}"),
            completed=task.progress,
            said=plain(told(seen)),
            visible=True,
        )
        self._show_parts(seen.parts.running if seen.parts else ())

    def silent(self, silent: Silent) -> None:
        said = f"the service does not answer; asking again in {span(silent.seconds)}"
        self._progress.update(self._main, said=said, visible=True)

    def _show_parts(self, running: Iterable[TaskState]) -> None:
        states = {state.id: state for state in running}
        for gone in self._parts.keys() - states.keys():
            self._progress.remove_task(self._parts.pop(gone))
        for known, state in states.items():
            bar: dict[str, Any] = {
                "description": plain(f"  {place(state.row['params'])}"),
                "completed": state.progress,
                "said": plain(state.message),
            }
            if known in self._parts:
                self._progress.update(self._parts[known], **bar)
            else:  # told whole at once, as another thread may draw it at any moment
                self._parts[known] = self._progress.add_task(total=100, **bar)


def view(*, as_json: bool) -> View:
    if as_json:
        return JsonLines()
    return Bars() if sys.stderr.isatty() else Lines()


def told(seen: Seen) -> str:
    parts = seen.parts
    if parts is None:
        return seen.task.message
    failed = f", {parts.failed} failed" if parts.failed else ""
    return f"{parts.done} of {parts.total} parts{failed}"


def _counts(parts: Parts | None) -> dict[str, int] | None:
    return None if parts is None else {"total": parts.total, "done": parts.done, "failed": parts.failed}
