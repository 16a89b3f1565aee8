"""Waiting for conditions, never for time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], *, within: float = 10, every: float = 0.02) -> T:
    """The first truthy value of ``condition``. Fails, showing the last value, after ``within`` seconds."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while True:
        if value := condition():
            return value
        assert time.monotonic() < deadline, f"not within {within:g} s; last seen: {value!r}"
        pause.wait(every)
