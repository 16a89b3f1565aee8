"""The callers' side of the store: submitting, reading, cancelling, retrying, deleting."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import DESCENDING, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError, DuplicateKeyError

from chalicelib.messages import Texts
from chalicelib.tasks.documents import (
    DUPLICATE_KEY,
    INDEXES,
    UNSTARTED,
    Document,
    asked_to_stop,
    due_now,
    ended,
    push,
)
from chalicelib.tasks.ids import first_id_after, first_id_at
from chalicelib.tasks.model import KeyedRequest, Task, TaskEvent, TaskStatus, TimelineEntry
from chalicelib.tasks.policy import Policy

RETRYABLE = (TaskStatus.FAILED, TaskStatus.CANCELLED)
"""What may be retried by hand."""
_WITHOUT_PARTS = {"result.details": 0, "result.errors": 0}


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """Which tasks of a tenant are meant; times are inclusive bounds: ``start`` and ``end`` of
    ``created_at``, the others of ``completed_at``.

    ``parent_id`` None means tasks without a parent; ``children`` True means children, too. ``generation`` is that of a
    parent's run. ``error`` is a part of the error's text; a task must be about all of ``subjects``.
    """

    tenant: str
    type: str | None = None
    status: TaskStatus | None = None
    created_by: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    ended_since: datetime | None = None
    ended_until: datetime | None = None
    parent_id: str | None = None
    generation: int | None = None
    children: bool = False
    error: str | None = None
    subjects: tuple[str, ...] = ()

    def to_query(self, *, before: str | None = None) -> Document:
        """``before`` is the id of the last task already shown."""
        equal: Document = {"tenant": self.tenant}
        if not self.children:
            equal["parent_id"] = self.parent_id
        for name, value in (("type", self.type), ("status", self.status), ("created_by", self.created_by)):
            if value is not None:
                equal[name] = str(value)
        if self.generation is not None:
            equal["generation"] = self.generation
        if self.subjects:
            first, *others = self.subjects
            # Of several, MongoDB looks one up in the index and tries the others; the embedded server tries all tasks.
            equal["subjects"] = {"$all": list(self.subjects)} if others else first
        if self.error:
            equal["error"] = _containing(self.error)
        bounds = (("$gte", self.ended_since), ("$lte", self.ended_until))
        if completed := {sign: bound for sign, bound in bounds if bound is not None}:
            equal["completed_at"] = completed
        # What had ended by then had been submitted by then.
        submitted = [first_id_after(bound) for bound in (self.end, self.ended_until) if bound]
        upper = [bound for bound in (before, *submitted) if bound]
        ids = ({"$gte": first_id_at(self.start)} if self.start else {}) | ({"$lt": min(upper)} if upper else {})
        return equal | ({"_id": ids} if ids else {})


class TaskStore:
    """``record`` is given queries of tasks that are about to be retried by hand or deleted."""

    def __init__(
        self,
        tasks: Collection[Document],
        policy: Policy,
        texts: Texts,
        *,
        record: Callable[..., None] = lambda *queries: None,
    ) -> None:
        self._tasks = tasks
        self._policy = policy
        self._texts = texts
        self._record = record

    def ensure_indexes(self) -> None:
        """Create what is missing; safe to repeat and to run beside a live service."""
        self._tasks.create_indexes(INDEXES)

    def insert(self, task: Task) -> bool:
        """False when a key that must be unique (``dedupe_key``, those of ``requests``) is taken."""
        try:
            self._tasks.insert_one(task.to_document())
        except DuplicateKeyError:
            return False
        return True

    def insert_many(self, tasks: Sequence[Task]) -> list[Task]:
        """In one write; those of which no key was taken. In the order given: of two with one key, the first."""
        if not tasks:
            return []
        taken: set[int] = set()
        try:
            self._tasks.insert_many([task.to_document() for task in tasks], ordered=False)
        except BulkWriteError as error:
            failed = error.details["writeErrors"]
            if error.details["writeConcernErrors"] or any(one["code"] != DUPLICATE_KEY for one in failed):
                raise
            taken = {one["index"] for one in failed}
        return [task for index, task in enumerate(tasks) if index not in taken]

    def get(self, tenant: str, task_id: str) -> Task | None:
        return self._one({"_id": task_id, "tenant": tenant})

    def by_idempotency_keys(self, tenant: str, keys: Sequence[str]) -> list[Task]:
        return self._many({"tenant": tenant, "requests.key": {"$in": list(keys)}}) if keys else []

    def by_dedupe_keys(self, keys: Sequence[str]) -> list[Task]:
        return self._many({"dedupe_key": {"$in": list(keys)}}) if keys else []

    def answers(self, task: Task, request: KeyedRequest) -> bool:
        """Note that an active task is the answer to one more request. False when it is not active any more, or when
        the key was used for another task meanwhile.
        """
        try:
            active = {"_id": task.id, "dedupe_key": task.dedupe_key}
            noted = self._tasks.update_one(active, {"$addToSet": {"requests": request.to_document()}})
        except DuplicateKeyError:
            return False
        return noted.matched_count == 1

    def newest(self, which: TaskFilter, *, limit: int, offset: int = 0, before: str | None = None) -> list[Task]:
        """A result's ``errors`` and ``details`` are left out, but not of the children of one parent: what it tells of
        its parts, they tell of themselves.
        """
        fields = None if which.parent_id else _WITHOUT_PARTS
        query = which.to_query(before=before)
        found = self._tasks.find(query, fields).sort("_id", DESCENDING).skip(offset).limit(limit)
        return [Task.from_document(document) for document in found]

    def newest_ids(self, which: TaskFilter, *, limit: int) -> list[str]:
        found = self._tasks.find(which.to_query(), {"_id": 1}).sort("_id", DESCENDING).limit(limit)
        return [document["_id"] for document in found]

    def count(self, which: TaskFilter) -> int:
        return self._tasks.count_documents(which.to_query())

    def pending(self, tenant: str, *, most: int) -> int:
        """How many tasks without a parent are pending; looks at no more than ``most``."""
        which = TaskFilter(tenant, status=TaskStatus.PENDING)
        return self._tasks.count_documents(which.to_query(), limit=most)

    # --- cancelling ---------------------------------------------------------------------------------------------

    def cancel_unstarted(self, which: Document, *, now: datetime) -> int:
        """End every task of the query that no worker ever had; returns how many."""
        entry = TimelineEntry(now, TaskEvent.CANCELLED)
        update = ended(
            TaskStatus.CANCELLED, entry, message=self._texts.cancelled, retention=self._policy.retention, fields={}
        )
        return self._tasks.update_many(which | UNSTARTED, update).modified_count

    def request_cancel(
        self, which: Document, *, now: datetime, states: Sequence[TaskStatus] = (TaskStatus.PENDING, TaskStatus.RUNNING)
    ) -> list[str]:
        """Ask every open task of the query to stop; returns the ids of all that were asked by now."""
        open_ = which | {"status": {"$in": [state.value for state in states]}}
        self._tasks.update_many(open_ | {"cancel_requested": {"$ne": True}}, asked_to_stop(now))
        return [document["_id"] for document in self._tasks.find(open_ | {"cancel_requested": True}, {"_id": 1})]

    # --- retrying by hand ---------------------------------------------------------------------------------------

    def retry(
        self, tenant: str, dedupe_keys: Mapping[str, str | None], *, by: str, now: datetime
    ) -> tuple[list[Task], int]:
        """Make failed and cancelled tasks pending again: their ids, each with the key that keeps it the only active
        one of its kind. Returns those that were retried and how many were refused because another one is active.
        """
        operations = [
            UpdateOne(
                {"_id": task_id, "tenant": tenant, "status": {"$in": [status.value for status in RETRYABLE]}},
                _afresh(key, by, now, self._policy, self._texts.task_submitted),
            )
            for task_id, key in dedupe_keys.items()
        ]
        refused = 0
        self._record({"_id": {"$in": list(dedupe_keys)}, "tenant": tenant})
        try:
            self._tasks.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            refused = len(error.details["writeErrors"])
        found = self._tasks.find({"_id": {"$in": list(dedupe_keys)}, "status": TaskStatus.PENDING.value})
        return [Task.from_document(document) for document in found], refused

    def drop_dead_letter(self, tenant: str, task_id: str) -> bool:
        query = {"_id": task_id, "tenant": tenant, "parent_id": None, "status": TaskStatus.FAILED.value}
        return self._remove(query)

    # --- deleting -----------------------------------------------------------------------------------------------

    def delete(self, tenant: str, task_id: str, *, running: bool) -> bool:
        """Remove a task and its children; with ``running`` False only one that is not running. False when nothing
        was removed.
        """
        query: Document = {"_id": task_id, "tenant": tenant}
        if not running:
            query["status"] = {"$ne": TaskStatus.RUNNING.value}
        return self._remove(query)

    def _remove(self, query: Document) -> bool:
        self._record(query, {"parent_id": query["_id"], "tenant": query["tenant"]})
        removed = self._tasks.delete_one(query).deleted_count == 1
        if removed:
            self._tasks.delete_many({"parent_id": query["_id"]})
        return removed

    def _many(self, query: Document) -> list[Task]:
        return [Task.from_document(document) for document in self._tasks.find(query)]

    def _one(self, query: Document) -> Task | None:
        document = self._tasks.find_one(query)
        return Task.from_document(document) if document else None


def _afresh(dedupe_key: str | None, by: str, now: datetime, policy: Policy, message: str) -> Document:
    """The update that makes an ended task one that was never started."""
    fields: Document = {
        "status": TaskStatus.PENDING.value,
        "progress": 0,
        "message": message,
        "error": "",
        "cancel_requested": False,
        "retry_count": 0,
        "lost_workers": 0,
        "queued_at": now,
        "attempts": 0,
        "hops": 0,
        "fanned_out": False,
        "given_up": 0,
    } | due_now(now, now + policy.patience)
    if dedupe_key is not None:
        fields["dedupe_key"] = dedupe_key
    gone = dict.fromkeys(("result", "started_at", "completed_at", "expires_at", "checkpoint"), "")
    return {"$set": fields, "$unset": gone, "$inc": {"generation": 1}} | push(
        TimelineEntry(now, TaskEvent.RETRIED_BY_HAND, by)
    )


def _containing(text: str) -> dict[str, Any]:
    return {"$regex": re.escape(text), "$options": "i"}
