"""On whose behalf a scope is reconciled, and how it is listed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.providers.base import Page

Lister = Callable[[str | None], Iterator[Page]]
"""Lists a scope from a page's ``next_token``, or from the beginning."""


@dataclass(frozen=True, slots=True)
class PutAside:
    """The reconciliation is to go on from ``checkpoint`` (BSON types)."""

    checkpoint: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """On whose behalf a reconciliation runs.

    ``check`` is called before every write and raises when the task may not write any more. ``out_of_time`` tells
    that the rest should be left to another invocation, which gets the ``checkpoint``.
    """

    task_id: str
    check: Callable[[], None] = lambda: None
    out_of_time: Callable[[], bool] = lambda: False
    checkpoint: Mapping[str, Any] | None = None
    confirm_deletions: bool = False
    dry_run: bool = False
    """Only tell the difference; write nothing."""
    fence: str = ""
    """Unique to this run of the task."""
    first_run: bool = True
    """Whether no other run of the task can have written anything."""
    changed: Callable[[str, int], None] = lambda kind, number: None
    """Told what kind of change was written to how many assets."""
