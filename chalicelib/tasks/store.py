"""Tasks in MongoDB. Every transition is one conditional update; nothing here reads, decides and then writes.

Filters are plain fields without top-level ``$or``, ``$and`` or ``$expr``, so that every one of them rides an index on
MongoDB and on the embedded server alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.collection import Collection

from chalicelib.tasks.context import Progress
from chalicelib.tasks.ids import first_id_after, first_id_at
from chalicelib.tasks.model import TIMELINE_LENGTH, Lease, Task, TaskEvent, TaskStatus, TimelineEntry
from chalicelib.tasks.outcome import Cancelled, Completed, Failed, GivenBack, Outcome

Document = dict[str, Any]

INDEXES = [
    IndexModel([("due_at", ASCENDING)], name="due", sparse=True),
    IndexModel([("tenant", ASCENDING), ("_id", DESCENDING)], name="newest"),
    IndexModel([("tenant", ASCENDING), ("status", ASCENDING), ("_id", DESCENDING)], name="newest_by_status"),
    IndexModel([("tenant", ASCENDING), ("type", ASCENDING), ("_id", DESCENDING)], name="newest_by_type"),
    IndexModel([("tenant", ASCENDING), ("created_by", ASCENDING), ("_id", DESCENDING)], name="newest_by_creator"),
]
ENDED: Document = {"due_at": "", "lease": ""}
"""What an ended task no longer has (the operand of ``$unset``)."""


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks of a tenant a list shows; times are inclusive bounds of ``created_at``."""

    tenant: str
    type: str | None = None
    status: TaskStatus | None = None
    created_by: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def to_query(self, *, before: str | None = None) -> Document:
        """``before`` is the id of the last task already shown."""
        equal = {"tenant": self.tenant, "type": self.type, "status": self.status, "created_by": self.created_by}
        query: Document = {name: str(value) for name, value in equal.items() if value is not None}
        upper = [bound for bound in (before, first_id_after(self.end) if self.end else None) if bound]
        ids = ({"$gte": first_id_at(self.start)} if self.start else {}) | ({"$lt": min(upper)} if upper else {})
        return query | ({"_id": ids} if ids else {})


class TaskStore:
    def __init__(self, collection: Collection[Document]) -> None:
        self._tasks = collection

    def ensure_indexes(self) -> None:
        """Create what is missing; safe to repeat and to run beside a live service."""
        self._tasks.create_indexes(INDEXES)

    def insert(self, task: Task) -> None:
        self._tasks.insert_one(task.to_document())

    def get(self, tenant: str, task_id: str) -> Task | None:
        document = self._tasks.find_one({"_id": task_id, "tenant": tenant})
        return Task.from_document(document) if document else None

    def newest(self, which: TaskFilter, *, limit: int, offset: int = 0, before: str | None = None) -> list[Task]:
        found = self._tasks.find(which.to_query(before=before)).sort("_id", DESCENDING).skip(offset).limit(limit)
        return [Task.from_document(document) for document in found]

    def count(self, which: TaskFilter) -> int:
        return self._tasks.count_documents(which.to_query())

    # --- the worker's side --------------------------------------------------------------------------------------

    def claim(self, task_ids: Sequence[str], lease: Lease, *, now: datetime, until: datetime) -> list[Task]:
        """Take every one of ``task_ids`` that needs a worker now, in two round trips; returns the ones taken.

        A task needs a worker when its ``due_at`` is past: a new one, one given back, one whose worker was lost. The
        new token fences out whoever held it before.
        """
        started = TimelineEntry(now, TaskEvent.STARTED, lease.owner)
        self._tasks.update_many(
            {"_id": {"$in": list(task_ids)}, "due_at": {"$lte": now}},
            {
                "$set": {
                    "status": TaskStatus.RUNNING.value,
                    "lease": {"owner": lease.owner, "token": lease.token},
                    "due_at": until,
                },
                "$inc": {"attempts": 1},
                "$min": {"started_at": now},
            }
            | _push(started),
        )
        held = self._tasks.find({"_id": {"$in": list(task_ids)}, "lease.token": lease.token})
        return [Task.from_document(document) for document in held]

    def renew(self, token: str, progress: Mapping[str, Progress | None], *, until: datetime) -> dict[str, bool]:
        """Extend the leases of the tasks in ``progress`` and store what they report, in two round trips.

        Returns, for each task that is still held, whether its cancellation was asked for; the others are lost.
        """
        self._tasks.bulk_write(
            [
                UpdateOne(_held(task_id, token), {"$set": {"due_at": until} | _progress_fields(report)})
                for task_id, report in progress.items()
            ],
            ordered=False,
        )
        held = self._tasks.find({"_id": {"$in": list(progress)}, "lease.token": token}, {"cancel_requested": 1})
        return {document["_id"]: document.get("cancel_requested", False) for document in held}

    def settle(self, token: str, outcomes: Mapping[str, Outcome], *, now: datetime) -> int:
        """Write how runs ended, in one round trip. Returns how many were still ours to write."""
        result = self._tasks.bulk_write(
            [UpdateOne(_held(task_id, token), _settlement(outcome, now)) for task_id, outcome in outcomes.items()],
            ordered=False,
        )
        return result.matched_count

    # --- the caller's side --------------------------------------------------------------------------------------

    def cancel_pending(self, tenant: str, task_id: str, *, now: datetime, message: str) -> bool:
        """End a task that no worker has; False when it is not pending."""
        return self._one_changed(
            {"_id": task_id, "tenant": tenant, "status": TaskStatus.PENDING.value},
            _settlement(Cancelled(message), now),
        )

    def request_cancel(self, tenant: str, task_id: str, *, now: datetime) -> bool:
        """Ask a running task to stop; False when it is not running. Asking again is True and changes nothing."""
        running = {"_id": task_id, "tenant": tenant, "status": TaskStatus.RUNNING.value}
        asked = _push(TimelineEntry(now, TaskEvent.CANCEL_REQUESTED))
        return self._one_changed(
            running | {"cancel_requested": {"$ne": True}}, {"$set": {"cancel_requested": True}} | asked
        ) or (self._tasks.count_documents(running, limit=1) == 1)

    def delete(self, tenant: str, task_id: str, *, running: bool) -> bool:
        """Remove a task; with ``running`` False only one that is not running. False when nothing was removed."""
        query: Document = {"_id": task_id, "tenant": tenant}
        if not running:
            query["status"] = {"$ne": TaskStatus.RUNNING.value}
        return self._tasks.delete_one(query).deleted_count == 1

    # --- the recoverer's side -----------------------------------------------------------------------------------

    def due_before(self, moment: datetime, *, limit: int) -> list[str]:
        """Ids of tasks that have needed a worker since before ``moment``, the longest waiting first."""
        found = self._tasks.find({"due_at": {"$lt": moment}}, {"_id": 1}).sort("due_at", ASCENDING).limit(limit)
        return [document["_id"] for document in found]

    def _one_changed(self, query: Document, update: Document) -> bool:
        return self._tasks.update_one(query, update).matched_count == 1


def _held(task_id: str, token: str) -> Document:
    return {"_id": task_id, "status": TaskStatus.RUNNING.value, "lease.token": token}


def _push(entry: TimelineEntry) -> Document:
    return {"$push": {"timeline": {"$each": [entry.to_document()], "$slice": -TIMELINE_LENGTH}}}


def _progress_fields(report: Progress | None) -> Document:
    return {} if report is None else {"progress": report.percent, "message": report.message}


def _settlement(outcome: Outcome, now: datetime) -> Document:
    """The update that carries ``outcome`` out."""
    match outcome:
        case Completed(result, message):
            status, event, fields = TaskStatus.COMPLETED, TaskEvent.COMPLETED, {"result": dict(result), "progress": 100}
        case Failed(error, message):
            status, event, fields = TaskStatus.FAILED, TaskEvent.FAILED, {"error": error}
        case Cancelled(message):
            status, event, fields = TaskStatus.CANCELLED, TaskEvent.CANCELLED, {}
        case GivenBack():
            return {
                "$set": {"due_at": now, "attempts": 0},
                "$unset": {"lease": ""},
            } | _push(TimelineEntry(now, TaskEvent.HANDED_BACK))
    ended = {"status": status.value, "completed_at": now, "message": message} | fields
    detail = outcome.error if isinstance(outcome, Failed) else ""
    return {"$set": ended, "$unset": ENDED} | _push(TimelineEntry(now, event, detail))
