"""How one run of a task ended, to be written by the worker that ran it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Completed:
    result: Mapping[str, Any]
    message: str


@dataclass(frozen=True, slots=True)
class Failed:
    error: str
    message: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    message: str


@dataclass(frozen=True, slots=True)
class GivenBack:
    """The worker stops: the task is due at once, for any other worker."""


Outcome = Completed | Failed | Cancelled | GivenBack
