"""Turns at the store: who waits for one waits in the worker, where it still hears that it is to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Check = Callable[[], None]
"""Raises when whoever asks is to stop."""
CHECK_SECONDS = 0.2
"""How often one that waits for its turn looks whether it is to stop."""


class Turns:
    """``at_once`` threads of this process have a turn, all others wait."""

    def __init__(self, at_once: int) -> None:
        self._free = threading.Semaphore(at_once)

    @contextmanager
    def turn(self, check: Check) -> Iterator[None]:
        """A turn, for as long as the block lasts. Raises what ``check`` does, asked in the wait and behind it."""
        while not self._free.acquire(timeout=CHECK_SECONDS):
            check()
        try:
            check()
            yield
        finally:
            self._free.release()
