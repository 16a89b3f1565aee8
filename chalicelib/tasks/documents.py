"""The fragments of MongoDB commands that several stores of tasks share, and the indexes they rely on.

Filters are plain fields without top-level ``$or``, ``$and`` or ``$expr``, so that every one of them rides an index on
MongoDB and on the embedded server alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from chalicelib.tasks.model import OPEN, TIMELINE_LENGTH, TaskEvent, TaskStatus, TimelineEntry

Document = dict[str, Any]
DUPLICATE_KEY = 11000

_FAMILY = [("tenant", ASCENDING), ("parent_id", ASCENDING)]
_NEWEST = [("_id", DESCENDING)]

INDEXES = [
    IndexModel([*_FAMILY, *_NEWEST], name="newest"),
    # The tenant comes last: whoever looks for children, or counts all dead letters, names none.
    IndexModel([("parent_id", ASCENDING), ("status", ASCENDING), ("tenant", ASCENDING), *_NEWEST], name="by_status"),
    IndexModel([*_FAMILY, ("type", ASCENDING), *_NEWEST], name="newest_by_type"),
    IndexModel([*_FAMILY, ("created_by", ASCENDING), *_NEWEST], name="newest_by_creator"),
    IndexModel([("tenant", ASCENDING), *_NEWEST], name="newest_with_children"),
    IndexModel([*_FAMILY, ("subjects", ASCENDING), *_NEWEST], name="newest_by_subject"),
    IndexModel([("resend_at", ASCENDING)], name="resend", sparse=True),
    IndexModel([("completed_at", ASCENDING)], name="ended", sparse=True),
    IndexModel([("expires_at", ASCENDING)], name="retention", sparse=True, expireAfterSeconds=0),
    IndexModel(
        [("dedupe_key", ASCENDING)],
        name="one_active",
        unique=True,
        partialFilterExpression={"dedupe_key": {"$exists": True}},
    ),
    IndexModel(
        [("tenant", ASCENDING), ("requests.key", ASCENDING)],
        name="idempotency",
        unique=True,
        partialFilterExpression={"requests.key": {"$exists": True}},
    ),
]

SKEW = timedelta(milliseconds=500)
"""How far the clock of the worker that a message reaches may be behind the clock of whoever sent it. Lambda's hosts
keep theirs within milliseconds.
"""

NO_WORKER_NEEDED: Document = {"due_at": "", "resend_at": "", "lease": "", "waiting": "", "dedupe_key": ""}
"""What an ended task no longer has (the operand of ``$unset``)."""


UNSTARTED: Document = {"status": TaskStatus.PENDING.value, "started_at": None}
"""What no worker ever had: it has no children."""
STOPPABLE: Document = {"status": {"$in": list(OPEN)}, "lease": None, "cancel_requested": True}
"""What was asked to stop, and no worker has. It is ended by whoever finds that it has no open child."""


def push(entry: TimelineEntry) -> Document:
    return {"$push": {"timeline": {"$each": [entry.to_document()], "$slice": -TIMELINE_LENGTH}}}


def only(task_ids: Iterable[str]) -> Document:
    return {"_id": {"$in": list(task_ids)}}


def held(task_id: str | Document, token: str) -> Document:
    """Matches a task, or those that a condition on their ids names, only for the worker that holds it."""
    return {"_id": task_id, "status": TaskStatus.RUNNING.value, "lease.token": token}


def asked_to_stop(at: datetime) -> Document:
    """The update that asks a task to stop."""
    return {"$set": {"cancel_requested": True}} | push(TimelineEntry(at, TaskEvent.CANCEL_REQUESTED))


def ended(
    status: TaskStatus, entry: TimelineEntry, *, message: str, retention: timedelta, fields: Document
) -> Document:
    """The update that ends a task, whoever ends it."""
    return {
        "$set": {
            "status": status.value,
            "completed_at": entry.at,
            "expires_at": entry.at + retention,
            "message": message,
        }
        | fields,
        "$unset": NO_WORKER_NEEDED | {"checkpoint": ""},
    } | push(entry)


def due(at: datetime, resend_at: datetime) -> Document:
    """Fields of a task that needs a worker from ``at`` on, and is sent again at ``resend_at``."""
    return {"due_at": at, "resend_at": resend_at, "resends": 0}


def due_now(now: datetime, resend_at: datetime) -> Document:
    """Fields of a task that needs a worker at once, also one whose clock is a little behind."""
    return due(now - SKEW, resend_at)
