"""Watching a task: follow it, show it, and end as it ends."""

from __future__ import annotations

from camcli.errors import CamError
from camcli.exits import Exit
from camcli.follow import PATIENCE, Silent, follow
from camcli.moments import span
from camcli.outcome import TaskState
from camcli.output import note, show, words
from camcli.progress import view
from camcli.service import Service


class Interrupted(CamError):
    """Ctrl-C while watching: nothing is wrong, and the task goes on."""

    exit_status = Exit.INTERRUPTED


def watch(service: Service, task_id: str, *, as_json: bool = False, patience: float = PATIENCE) -> TaskState:
    """The task as it ended. Raises Interrupted, Unreachable and Refused."""
    last: TaskState | None = None
    try:
        with view(as_json=as_json) as shown:
            for event in follow(service, task_id, patience=patience):
                if isinstance(event, Silent):
                    shown.silent(event)
                else:
                    shown.seen(event)
                    last = event.task
    except KeyboardInterrupt:
        raise Interrupted(
            f"the task goes on: `cam watch {task_id}` shows it again, `cam cancel {task_id}` stops it"
        ) from None
    assert last is not None, "following ends with the task seen"
    return last


def tell(task: TaskState) -> None:
    """How it ended, for people."""
    status = "partial" if task.outcome is Exit.PARTIAL else task.status
    show(words(status, "" if task.duration is None else f"in {span(task.duration)}"))
    for line in task.summary():
        show(words(f"  {line}"))


def finish(service: Service, task_id: str, *, as_json: bool, patience: float = PATIENCE) -> Exit:
    """Watch a task and tell how it ended; answers the exit status."""
    if not as_json:
        note(f"task {task_id}")
    ended = watch(service, task_id, as_json=as_json, patience=patience)
    if not as_json:
        tell(ended)
    return ended.outcome
