"""The task: what the store keeps of it and what everybody else may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

DEFAULT_TENANT = "default"
DEFAULT_PRIORITY = 5
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


OPEN = (TaskStatus.PENDING.value, TaskStatus.RUNNING.value)


class Lane(StrEnum):
    """A queue with consumers of its own, so that bulk work never starves urgent work."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @classmethod
    def of(cls, priority: int) -> Lane:
        """7–9 high, 4–6 normal, 0–3 low."""
        return cls.HIGH if priority >= 7 else cls.NORMAL if priority >= 4 else cls.LOW


class TaskEvent(StrEnum):
    """What a timeline entry can tell."""

    SUBMITTED = "submitted"
    STARTED = "started"
    RETRYING = "retrying"
    CONTINUED = "continued"
    HANDED_BACK = "handed_back"
    FANNED_OUT = "fanned_out"
    CANCEL_REQUESTED = "cancel_requested"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRIED_BY_HAND = "retried_by_hand"


class TimelineEntry(NamedTuple):
    at: datetime
    event: TaskEvent
    detail: str = ""

    def to_document(self) -> dict[str, Any]:
        return {"at": self.at, "event": self.event.value, "detail": self.detail}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> TimelineEntry:
        return cls(document["at"], TaskEvent(document["event"]), document.get("detail", ""))


def subject(name: str, value: object) -> str:
    """One of the things that a task is about, as its ``subjects`` have it."""
    return f"{name}={value}"


class Lease(NamedTuple):
    """A worker's right to run a task. ``token`` is new at every claim and fences every write."""

    owner: str
    token: str


class KeyedRequest(NamedTuple):
    """A request that a task answers: its Idempotency-Key and the fingerprint of what it asked for."""

    key: str
    fingerprint: str

    def to_document(self) -> dict[str, str]:
        return {"key": self.key, "fingerprint": self.fingerprint}


LOST_UNTIL_SUSPECT = 2
"""Lost workers; earlier for a task that has fewer retries."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task as it was when read.

    ``due_at`` says when it next needs a worker: pending, from when it may start; running, when its lease expires or
    when a parent looks for its children again; ended, None. ``resend_at`` is when the recoverer sends its message
    again unless a worker has taken it by then. ``attempts`` counts the claims since it was last given up in good
    order: above 1, workers were lost. ``hops`` counts the invocations it was continued in. ``generation`` counts
    retries by hand and makes the children of each one new. ``requests`` are those that came with an Idempotency-Key:
    the one that made the task, and later ones that found it active. ``lost_workers`` counts those among the retries
    that were spent on a lost worker, as far as they are written; ``queued_at`` is when it was last retried by hand.
    ``subjects`` are what its parameters let it be found by.
    """

    id: str
    type: str
    params: Mapping[str, Any]
    tenant: str
    created_by: str
    created_at: datetime
    correlation_id: str = ""
    priority: int = DEFAULT_PRIORITY
    group: str = ""
    subjects: tuple[str, ...] = ()
    max_retry: int = 0
    timeout_seconds: int = 1800
    parent_id: str | None = None
    child_key: str | None = None
    weight: int = 1
    status: TaskStatus = TaskStatus.PENDING
    result: Mapping[str, Any] | None = None
    error: str = ""
    progress: int = 0
    message: str = ""
    started_at: datetime | None = None
    completed_at: datetime | None = None
    cancel_requested: bool = False
    retry_count: int = 0
    lost_workers: int = 0
    queued_at: datetime | None = None
    attempts: int = 0
    hops: int = 0
    generation: int = 0
    checkpoint: Mapping[str, Any] | None = None
    fanned_out: bool = False
    waiting: bool = False
    due_at: datetime | None = None
    resend_at: datetime | None = None
    lease: Lease | None = None
    dedupe_key: str | None = None
    requests: tuple[KeyedRequest, ...] = field(default=())
    timeline: tuple[TimelineEntry, ...] = field(default=())

    @property
    def lane(self) -> Lane:
        return Lane.of(self.priority)

    @property
    def first_run(self) -> bool:
        """Whether no other run can have written anything for it."""
        return self.attempts <= 1 and not (self.retry_count or self.hops or self.generation)

    @property
    def retries(self) -> int:
        """Retries spent, those included that lost workers cost since the last one was written."""
        return self.retry_count + self.lost_now

    @property
    def lost_now(self) -> int:
        """Workers lost since the task was last given up in good order."""
        return max(0, self.attempts - 1)

    @property
    def lost(self) -> int:
        """Workers lost since the task was submitted, or last retried by hand."""
        return self.lost_workers + self.lost_now

    @property
    def suspect(self) -> bool:
        """Whether it may be what its workers were lost to, such as one that takes all memory: one lost worker is an
        accident, a second one is not.
        """
        return self.lost >= max(1, min(LOST_UNTIL_SUSPECT, self.max_retry))

    @property
    def deadline(self) -> datetime | None:
        """When the whole task times out; None before its first start."""
        return None if self.started_at is None else self.started_at + timedelta(seconds=self.timeout_seconds)

    def duration(self, now: datetime) -> float | None:
        """Seconds from the first start to the end, or to ``now`` while running; None before the start."""
        if self.started_at is None:
            return None
        return max(0.0, ((self.completed_at or now) - self.started_at).total_seconds())

    def to_document(self) -> dict[str, Any]:
        """The stored shape of a new task. A field without a value is absent: sparse indexes rely on it."""
        document = {name: getattr(self, name) for name in _PLAIN}
        document = {name: value for name, value in document.items() if value is not None}
        if self.requests:
            document["requests"] = [request.to_document() for request in self.requests]
        if self.subjects:
            document["subjects"] = list(self.subjects)
        return document | {
            "_id": self.id,
            "params": dict(self.params),
            "status": self.status.value,
            "lane": self.lane.value,
            "timeline": [entry.to_document() for entry in self.timeline],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Task:
        lease = document.get("lease")
        values = {name: document[name] for name in _PLAIN if name in document}
        return cls(
            id=document["_id"],
            params=document["params"],
            status=TaskStatus(document["status"]),
            lease=Lease(lease["owner"], lease["token"]) if lease else None,
            subjects=tuple(document.get("subjects", ())),
            requests=tuple(KeyedRequest(it["key"], it["fingerprint"]) for it in document.get("requests", ())),
            timeline=tuple(TimelineEntry.from_document(entry) for entry in document["timeline"]),
            **values,
        )


_PLAIN = frozenset(item.name for item in fields(Task)) - {
    "id",
    "params",
    "status",
    "lease",
    "requests",
    "subjects",
    "timeline",
}
"""The fields that are stored as they are."""
