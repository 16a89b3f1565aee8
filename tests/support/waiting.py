"""Waiting for what a test expects to happen, in place of sleeping for as long as it usually takes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def eventually(condition: Callable[[], T], *, within: float, every: float = 0.02) -> T:
    """The first truthy value of ``condition``; fails the test when none comes within that many seconds."""
    deadline = time.monotonic() + within
    pause = threading.Event()
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not so within {within:g} s; the last value was {value!r}")
        pause.wait(every)
