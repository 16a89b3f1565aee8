"""How one run of a task ended, to be written by the worker that ran it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Completed:
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failed:
    """``result`` is what was done all the same, if anything."""

    error: str
    result: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Cancelled:
    pass


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again after ``delay``; ``retries`` is how many have been spent then."""

    error: str
    delay: timedelta
    retries: int


@dataclass(frozen=True, slots=True)
class Continued:
    """Goes on in another invocation, from ``checkpoint``; no retry is spent."""

    checkpoint: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class GivenBack:
    """Due at once for any other worker, from the last checkpoint; no retry is spent."""

    reason: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Waits for its children. ``state`` is what the executor wants to find again when it joins them."""

    state: Mapping[str, Any] | None
    children: int
    """How many were added in this run."""


Outcome = Completed | Failed | Cancelled | Retry | Continued | GivenBack | Waiting
ENDING = (Completed, Failed, Cancelled)
