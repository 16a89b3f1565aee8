"""Which tasks of a batch are still to be run."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from chalicelib.tasks.children import Children
from chalicelib.tasks.model import Task


class Wanted:
    """Those of a batch that nobody has given up: the store is asked once for all, when the first child is looked for.

    Whoever gives a child up later finds it running, and asks it to stop.
    """

    def __init__(self, children: Children, claimed: Sequence[Task]) -> None:
        self._children = children
        self._claimed = [task for task in claimed if task.parent_id is not None]
        self._lock = threading.Lock()
        self._found: set[str] | None = None

    def __contains__(self, task: Task) -> bool:
        if task.parent_id is None:
            return True
        with self._lock:
            if self._found is None:
                self._found = self._children.wanted(self._claimed)
        return task.id in self._found
