"""Reading the tasks that ended in a span of time: what is counted of them is read off themselves.

Every way in which a task can end writes ``completed_at`` in the same update, so nothing can end uncounted, whoever
ended it and whoever died afterwards. A task that is retried by hand or deleted soon after its end leaves a record in a
collection of its own, which is read beside the tasks.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from chalicelib.clock import Clock
from chalicelib.tasks.documents import DUPLICATE_KEY, Document
from chalicelib.tasks.figures import FIELDS, Ended

RECENT = timedelta(hours=1)
"""How long after its end a task may be uncounted; one that is retried or deleted later leaves no record."""
INDEXES = [
    IndexModel([("completed_at", ASCENDING)], name="ended"),
    IndexModel([("expires_at", ASCENDING)], name="retention", expireAfterSeconds=0),
]
_PROJECTION = dict.fromkeys(FIELDS, 1)


class Endings(NamedTuple):
    """Everything that ended before ``until``, in no order."""

    ended: Sequence[Ended]
    until: datetime


class EndedTasks:
    def __init__(self, tasks: Collection[Document], records: Collection[Document], *, clock: Clock) -> None:
        self._tasks = tasks
        self._records = records
        self._clock = clock

    def ensure_indexes(self) -> None:
        self._records.create_indexes(INDEXES)

    def between(self, start: datetime, end: datetime, *, limit: int = 0) -> Endings:
        """Each end from ``start`` on and before ``end``, once. When more than ``limit`` tasks ended, the span that is
        answered is shorter.
        """
        query = {"completed_at": {"$gte": start, "$lt": end}}
        found = list(self._tasks.find(query, _PROJECTION).sort("completed_at", ASCENDING).limit(limit))
        until = end
        if limit and len(found) == limit:
            until = found[-1]["completed_at"]
            found = [document for document in found if document["completed_at"] < until]
        seen = {_life(document) for document in found}
        # Read after the tasks: what leaves them meanwhile has its record first.
        records = self._records.find({"completed_at": {"$gte": start, "$lt": until}})
        found += [document for document in records if document["_id"] not in seen]
        return Endings([Ended.from_document(document) for document in found], until)

    def first(self) -> datetime | None:
        """When the earliest end of those that are known was."""
        found = [_earliest(collection) for collection in (self._tasks, self._records)]
        return min(filter(None, found), default=None)

    def record(self, *queries: Document) -> None:
        """Keep what is counted of the tasks that a query finds, before they are retried by hand or deleted. Safe to
        repeat.
        """
        now = self._clock()
        recent = {"completed_at": {"$gte": now - RECENT}}
        records: list[dict[str, Any]] = [
            document | {"_id": _life(document), "expires_at": now + 2 * RECENT}
            for query in queries
            for document in self._tasks.find(query | recent, _PROJECTION)
        ]
        if not records:
            return
        try:
            self._records.insert_many(records, ordered=False)
        except BulkWriteError as error:
            if any(fault["code"] != DUPLICATE_KEY for fault in error.details["writeErrors"]):
                raise


def _life(document: Document) -> str:
    return f"{document['_id']}|{document.get('generation', 0)}"


def _earliest(collection: Collection[Document]) -> datetime | None:
    found = collection.find({"completed_at": {"$exists": True}}, {"completed_at": 1})
    return next((document["completed_at"] for document in found.sort("completed_at", ASCENDING).limit(1)), None)
