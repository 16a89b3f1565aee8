"""What a reconciliation of one scope saw and did."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.assets.model import ChangeKind, Scope
from chalicelib.errors import TaskError

COUNTS = ("total", "added", "updated", "deleted", "unchanged", "missing")


class Verdict(StrEnum):
    """How far a listing can be trusted."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    HELD = "held"


@dataclass(slots=True)
class ScopeResult:
    """What a reconciliation saw and did. ``reason`` explains a verdict other than complete; ``error`` ended it early.

    ``missing`` counts assets that a complete listing did not have and that are kept for now, ``live`` those that the
    store has of the scope.
    """

    scope: Scope
    total: int = 0
    added: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    missing: int = 0
    live: int = 0
    verdict: Verdict = Verdict.COMPLETE
    reason: str = ""
    error: TaskError | None = None

    def count(self, kind: ChangeKind) -> None:
        setattr(self, kind.value, getattr(self, kind.value) + 1)

    def counts(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in COUNTS}
