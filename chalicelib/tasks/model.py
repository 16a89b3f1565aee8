"""The task: what the store keeps of it and what everybody else may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

DEFAULT_TENANT = "default"
TIMELINE_LENGTH = 30
"""How many timeline entries a task keeps; the oldest go first."""


class TaskStatus(StrEnum):
    PENDING = "pending"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self not in (TaskStatus.PENDING, TaskStatus.RUNNING)


class TaskEvent(StrEnum):
    """What a timeline entry can tell."""

    SUBMITTED = "submitted"
    STARTED = "started"
    CANCEL_REQUESTED = "cancel_requested"
    HANDED_BACK = "handed_back"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    at: datetime
    event: TaskEvent
    detail: str = ""

    def to_document(self) -> dict[str, Any]:
        return {"at": self.at, "event": self.event.value, "detail": self.detail}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> TimelineEntry:
        return cls(document["at"], TaskEvent(document["event"]), document.get("detail", ""))


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's right to run a task. ``token`` is new at every claim and fences every write."""

    owner: str
    token: str


@dataclass(frozen=True, slots=True)
class Task:
    """One task as it was when read.

    ``due_at`` says when it next needs a worker: pending, from when it may start; running, when its lease expires;
    ended, None. ``attempts`` counts the claims since it was last given up in good order: above 1, workers were lost.
    """

    id: str
    type: str
    params: Mapping[str, Any]
    tenant: str
    created_by: str
    created_at: datetime
    correlation_id: str = ""
    status: TaskStatus = TaskStatus.PENDING
    result: Mapping[str, Any] | None = None
    error: str = ""
    progress: int = 0
    message: str = ""
    started_at: datetime | None = None
    completed_at: datetime | None = None
    cancel_requested: bool = False
    due_at: datetime | None = None
    lease: Lease | None = None
    attempts: int = 0
    timeline: tuple[TimelineEntry, ...] = field(default=())

    def duration(self, now: datetime) -> float | None:
        """Seconds from the first start to the end, or to ``now`` while running; None before the start."""
        if self.started_at is None:
            return None
        return max(0.0, ((self.completed_at or now) - self.started_at).total_seconds())

    def to_document(self) -> dict[str, Any]:
        """The stored shape of a new task: fields without a value are absent, which is what the indexes rely on."""
        document: dict[str, Any] = {
            "_id": self.id,
            "type": self.type,
            "params": dict(self.params),
            "tenant": self.tenant,
            "created_by": self.created_by,
            "created_at": self.created_at,
            "correlation_id": self.correlation_id,
            "status": self.status.value,
            "progress": self.progress,
            "message": self.message,
            "attempts": self.attempts,
            "timeline": [entry.to_document() for entry in self.timeline],
        }
        if self.due_at is not None:
            document["due_at"] = self.due_at
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Task:
        lease = document.get("lease")
        return cls(
            id=document["_id"],
            type=document["type"],
            params=document["params"],
            tenant=document["tenant"],
            created_by=document["created_by"],
            created_at=document["created_at"],
            correlation_id=document["correlation_id"],
            status=TaskStatus(document["status"]),
            result=document.get("result"),
            error=document.get("error", ""),
            progress=document["progress"],
            message=document["message"],
            started_at=document.get("started_at"),
            completed_at=document.get("completed_at"),
            cancel_requested=document.get("cancel_requested", False),
            due_at=document.get("due_at"),
            lease=Lease(lease["owner"], lease["token"]) if lease else None,
            attempts=document["attempts"],
            timeline=tuple(TimelineEntry.from_document(entry) for entry in document["timeline"]),
        )
