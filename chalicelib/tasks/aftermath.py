"""What follows once outcomes are written: messages for what goes on, and parents that can be woken.

All of it can be lost with the worker and is then made up for by the recoverer.
"""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.tasks.children import Children
from chalicelib.tasks.dispatch import Dispatch
from chalicelib.tasks.model import Task
from chalicelib.tasks.outcome import ENDING, Completed, Continued, Failed, GivenBack, Outcome, Retry, Waiting
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
        self._children.check_released(
            [task.id for task, outcome in ended if self._may_have_been_overtaken(task, outcome)]
        )
        waiting = [(task.id, task.generation) for task, outcome in ended if isinstance(outcome, Waiting)]
        parents = [
            (task.parent_id, task.generation)
            for task, outcome in ended
            if task.parent_id and isinstance(outcome, ENDING)
        ]
        self._children.wake_if_done([*waiting, *parents])

    def _may_have_been_overtaken(self, task: Task, outcome: Outcome) -> bool:
        """By a cancellation or, in the midst of fanning out, by the task's own failure or by another run of it."""
        match outcome:
            case Retry() | Continued() | GivenBack():
                return True
            case Waiting(children=children):
                return children > 0
            case Failed():
                return self._children.may_have_some(task)
            case Completed():
                return not task.first_run and self._children.may_have_some(task)
        return False
