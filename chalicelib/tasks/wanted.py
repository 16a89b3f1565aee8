"""Which tasks of a batch are still to be run."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future

from chalicelib.tasks.children import Children
from chalicelib.tasks.model import Task


class Wanted:
    """Those of a batch that nobody has given up: the store is asked once for all, when the first child is looked for.
    When it does not answer, every look raises that.

    Whoever gives a child up later finds it running, and asks it to stop.
    """

    def __init__(self, children: Children, claimed: Sequence[Task]) -> None:
        self._children = children
        self._claimed = [task for task in claimed if task.parent_id is not None]
        self._unasked = threading.Semaphore()
        self._found: Future[set[str]] = Future()

    def __contains__(self, task: Task) -> bool:
        if task.parent_id is None:
            return True
        if self._unasked.acquire(blocking=False):
            try:
                self._found.set_result(self._children.wanted(self._claimed))
            except Exception as error:  # it is everybody's: asked again and again, the store would time out each time
                self._found.set_exception(error)
        return task.id in self._found.result()
