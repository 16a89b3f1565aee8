"""How one run of a task ended, to be written by the worker that ran it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple


class Completed(NamedTuple):
    result: Mapping[str, Any]


class Failed(NamedTuple):
    """``result`` is what was done all the same, if anything."""

    error: str
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    """No tuple: one without fields would be false."""


class Retry(NamedTuple):
    """Try again after ``delay``; ``retries`` is how many have been spent then."""

    error: str
    delay: timedelta
    retries: int


class Continued(NamedTuple):
    """Goes on in another invocation, from ``checkpoint``; no retry is spent."""

    checkpoint: Mapping[str, Any]


class GivenBack(NamedTuple):
    """Due at once for any other worker, from the last checkpoint; no retry is spent."""

    reason: str


class Waiting(NamedTuple):
    """Waits for its children. ``state`` is what the executor wants to find again when it joins them."""

    state: Mapping[str, Any] | None
    children: int
    """How many were added in this run."""


Outcome = Completed | Failed | Cancelled | Retry | Continued | GivenBack | Waiting
ENDING = (Completed, Failed, Cancelled)
