"""What is counted of tasks that have ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.tasks.histogram import Histogram
from chalicelib.tasks.model import TaskStatus

COUNTERS = ("completed", "failed", "cancelled", "retries", "lost_workers")
DURATIONS = ("duration", "queue_delay")


@dataclass(frozen=True, slots=True)
class Ended:
    """One life of a task, from its submission or its retry by hand to its end.

    ``duration`` is from the first start to the end, ``queue_delay`` from the submission to the first start, in
    seconds; None where it never started. ``retries`` are runs that failed and were tried again; ``lost_workers`` are
    runs whose worker was lost.
    """

    type: str
    status: TaskStatus
    at: datetime
    duration: float | None
    queue_delay: float | None
    retries: int
    lost_workers: int

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Ended:
        """Of a task's document, of which FIELDS are enough."""
        ended, started = document["completed_at"], document.get("started_at")
        queued = document.get("queued_at") or document["created_at"]
        lost = document.get("lost_workers", 0)
        return cls(
            type=document["type"],
            status=TaskStatus(document["status"]),
            at=ended,
            duration=None if started is None else max(0.0, (ended - started).total_seconds()),
            queue_delay=None if started is None else max(0.0, (started - queued).total_seconds()),
            retries=max(0, document.get("retry_count", 0) - lost),
            lost_workers=lost,
        )


FIELDS = (
    "type",
    "status",
    "generation",
    "created_at",
    "queued_at",
    "started_at",
    "completed_at",
    "retry_count",
    "lost_workers",
)


@dataclass(slots=True)
class TypeFigures:
    """Sums over the ended tasks of one type."""

    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    retries: int = 0
    lost_workers: int = 0
    duration: Histogram = field(default_factory=Histogram)
    queue_delay: Histogram = field(default_factory=Histogram)

    def add(self, ended: Ended) -> None:
        setattr(self, ended.status.value, getattr(self, ended.status.value) + 1)
        self.retries += ended.retries
        self.lost_workers += ended.lost_workers
        if ended.duration is not None and ended.queue_delay is not None:
            self.duration.add(ended.duration)
            self.queue_delay.add(ended.queue_delay)

    def merge(self, other: TypeFigures) -> None:
        for name in COUNTERS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in DURATIONS:
            getattr(self, name).merge(getattr(other, name))

    def to_document(self) -> dict[str, Any]:
        counters = {name: getattr(self, name) for name in COUNTERS}
        return counters | {name: getattr(self, name).to_document() for name in DURATIONS}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> TypeFigures:
        fields: dict[str, Any] = {name: document.get(name, 0) for name in COUNTERS}
        fields |= {name: Histogram.from_document(document.get(name, {})) for name in DURATIONS}
        return cls(**fields)


Figures = dict[str, TypeFigures]
"""By task type."""


def merge(parts: Iterable[Figures]) -> Figures:
    total: Figures = {}
    for part in parts:
        for kind, figures in part.items():
            total.setdefault(kind, TypeFigures()).merge(figures)
    return total


def count(tasks: Iterable[Ended]) -> Figures:
    total: Figures = {}
    for ended in tasks:
        total.setdefault(ended.type, TypeFigures()).add(ended)
    return total


def to_document(figures: Figures) -> dict[str, Any]:
    return {kind: of_type.to_document() for kind, of_type in figures.items()}


def from_document(document: Mapping[str, Any]) -> Figures:
    return {kind: TypeFigures.from_document(of_type) for kind, of_type in document.items()}
