"""What follows once outcomes are written: messages for what goes on, and parents that can be woken.

All of it can be lost with the worker and is then made up for by the recoverer.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.tasks.children import Children
from chalicelib.tasks.dispatch import Dispatch
from chalicelib.tasks.model import Task
from chalicelib.tasks.outcome import ENDING, Continued, Failed, GivenBack, Outcome, Retry, Waiting
from chalicelib.tasks.policy import LONGEST_QUEUE_DELAY
from chalicelib.tasks.queue import Message


class Aftermath:
    def __init__(self, dispatch: Dispatch, children: Children) -> None:
        self._dispatch = dispatch
        self._children = children

    def follow(self, ended: Sequence[tuple[Task, Outcome]]) -> None:
        """Safe to repeat. Store errors are the caller's."""
        for task, outcome in ended:
            match outcome:
                case Retry(delay=delay) if delay <= LONGEST_QUEUE_DELAY:
                    self._dispatch.send([Message.of(task)], delay=delay)
                case Continued() | GivenBack():
                    self._dispatch.send([Message.of(task)])
                case _:
                    pass
        waiting = [(task.id, outcome) for task, outcome in ended if isinstance(outcome, Waiting)]
        cut_off = [
            task.id
            for task, outcome in ended
            if isinstance(outcome, Failed | Retry | GivenBack) and self._children.may_have_some(task)
        ]
        self._children.check_fanned_out([*cut_off, *(task_id for task_id, outcome in waiting if outcome.children)])
        parents = [task.parent_id for task, outcome in ended if task.parent_id and isinstance(outcome, ENDING)]
        self._children.wake_if_done([*(task_id for task_id, _ in waiting), *parents])
