"""Who changed what, when and from where: one row for every request that is to change something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pymongo
from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from chalicelib.access.principal import Principal
from chalicelib.clock import Clock
from chalicelib.logs import logger
from chalicelib.tasks.ids import first_id_after, first_id_at, new_task_id

Document = dict[str, Any]

WRITE_SECONDS = 2
"""An answer waits no longer for its row."""
MOST_TARGETS = 100
"""How many ids a row has; of more, it has their number."""

_NEWEST = ("_id", ASCENDING)
INDEXES = [
    IndexModel([("tenant", ASCENDING), _NEWEST], name="newest"),
    IndexModel([("tenant", ASCENDING), ("subject", ASCENDING), _NEWEST], name="subject"),
    IndexModel([("tenant", ASCENDING), ("operation", ASCENDING), _NEWEST], name="operation"),
    IndexModel([("tenant", ASCENDING), ("targets", ASCENDING), _NEWEST], name="target"),
    IndexModel([("expires_at", ASCENDING)], name="retention", expireAfterSeconds=0),
]


class Deed(NamedTuple):
    """What was asked for and what came of it: ``status`` is the answer's, ``code`` that of its envelope, 0 for success.

    ``targets`` are ids, ``MOST_TARGETS`` at the most; ``target_count`` is how many there were, where there were more.
    Of the request's body there is nothing: it may hold secrets.
    """

    operation: str
    targets: tuple[str, ...]
    status: int
    code: int
    source_ip: str
    correlation_id: str
    target_count: int | None = None


class Row(NamedTuple):
    """Ids of rows sort by time."""

    id: str
    at: datetime
    tenant: str
    subject: str
    role: str
    operation: str
    targets: tuple[str, ...]
    target_count: int
    status: int
    code: int
    source_ip: str
    correlation_id: str

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Row:
        targets = tuple(document["targets"])
        count = document.get("target_count", len(targets))
        shown = {name: document[name] for name in cls._fields if name not in ("id", "targets", "target_count")}
        return cls(id=document["_id"], targets=targets, target_count=count, **shown)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """``start`` and ``end`` are inclusive; ``before`` is the id of the row where the former page ended.

    Times become bounds of ids: every filter is a range of one index, in the order of the answer.
    """

    tenant: str
    subject: str | None = None
    operation: str | None = None
    target: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    before: str | None = None

    def query(self) -> Document:
        given = {"subject": self.subject, "operation": self.operation, "targets": self.target}
        query: Document = {"tenant": self.tenant} | {name: value for name, value in given.items() if value is not None}
        ends = [first_id_after(self.end)] if self.end is not None else []
        ends += [self.before] if self.before is not None else []
        bounds = {"$gte": first_id_at(self.start)} if self.start is not None else {}
        bounds |= {"$lt": min(ends)} if ends else {}
        return query | ({"_id": bounds} if bounds else {})


class AuditLog:
    def __init__(self, rows: Collection[Document], *, retention: timedelta, clock: Clock) -> None:
        self._rows = rows
        self._retention = retention
        self._clock = clock

    def ensure_indexes(self) -> None:
        self._rows.create_indexes(INDEXES)

    def record(self, by: Principal, deed: Deed) -> None:
        """One write. What cannot be stored is logged whole, and nothing is raised: the change has been made."""
        now = self._clock()
        row = {
            "at": now,
            "tenant": by.tenant,
            "subject": by.subject,
            "role": by.role.value,
            **deed._asdict(),
            "targets": list(deed.targets),
        }
        if deed.target_count is None:
            del row["target_count"]
        try:
            with pymongo.timeout(WRITE_SECONDS):
                self._rows.insert_one({"_id": new_task_id(now), **row, "expires_at": now + self._retention})
        except PyMongoError as error:
            logger.error("an audit row could not be stored", extra={"row": row, "reason": str(error)[:300]})

    def find(self, which: AuditFilter, *, limit: int) -> list[Row]:
        """Newest first."""
        found = self._rows.find(which.query()).sort("_id", pymongo.DESCENDING).limit(limit)
        return [Row.from_document(document) for document in found]
