"""Where figures are kept: a document for each minute and each hour with something in it, and the totals.

Whoever closes a minute writes what ended in it, and each hour as a whole, so that writing them again changes nothing;
the totals grow in the same write that moves ``until`` on, hence once. Minutes of usage are added to by every worker: a
write that was lost is missing from them, and the log says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pymongo import IndexModel, UpdateOne
from pymongo.collection import Collection

from chalicelib.tasks import figures
from chalicelib.tasks.documents import Document
from chalicelib.tasks.figures import Figures
from chalicelib.tasks.spans import Span, floor
from chalicelib.tasks.usage import UsageFigures

INDEXES = [IndexModel([("expires_at", 1)], name="retention", expireAfterSeconds=0)]
ENDED, USAGE = "ended", "usage"
TOTAL = "total"


class Closed(NamedTuple):
    """The totals: of all that ended, and was used, from ``since`` on and before ``until``. ``usage`` has no memory."""

    since: datetime
    until: datetime
    figures: Figures
    usage: UsageFigures


class Buckets:
    def __init__(self, stats: Collection[Document]) -> None:
        self._stats = stats

    def ensure_indexes(self) -> None:
        self._stats.create_indexes(INDEXES)

    # --- ended tasks --------------------------------------------------------------------------------------------

    def closed(self) -> Closed | None:
        """None before the first minute was closed."""
        document = self._stats.find_one({"_id": _total(ENDED)})
        if document is None:
            return None
        usage = UsageFigures.from_document(document.get("usage", {}))
        return Closed(document["since"], document["until"], figures.from_document(document.get("types", {})), usage)

    def begin(self, since: datetime) -> None:
        """Count what ends from ``since`` on, unless it has begun."""
        begun = {"$setOnInsert": {"since": since, "until": since}}
        self._stats.update_one({"_id": _total(ENDED)}, begun, upsert=True)

    def write_ended(self, span: Span, found: Mapping[datetime, Figures]) -> None:
        """The whole of spans, by when each begins."""
        writes = [
            UpdateOne(
                {"_id": _id(ENDED, span, at)},
                {"$set": _kept(span, at) | {"types": figures.to_document(of_span)}},
                upsert=True,
            )
            for at, of_span in found.items()
        ]
        if writes:
            self._stats.bulk_write(writes, ordered=False)

    def close(self, since: datetime, until: datetime, more: Figures, used: UsageFigures) -> bool:
        """Add what ended, and was used, in between to the totals. False when somebody else has."""
        added = dict(_flat(figures.to_document(more), "types."))
        added |= {f"usage.{name}": number for name, number in used.added().items() if number}
        change: Document = {"$set": {"until": until}} | ({"$inc": added} if added else {})
        return self._stats.update_one({"_id": _total(ENDED), "until": since}, change).modified_count == 1

    def ended(self, span: Span, start: datetime, end: datetime) -> list[tuple[datetime, Figures]]:
        return [(it["at"], figures.from_document(it["types"])) for it in self._between(ENDED, span, start, end)]

    # --- usage --------------------------------------------------------------------------------------------------

    def add_usage(self, used: UsageFigures, now: datetime) -> None:
        """To the minute."""
        added = {name: number for name, number in used.added().items() if number}
        at = floor(now, Span.MINUTE.length)
        change: Document = {"$setOnInsert": _kept(Span.MINUTE, at)} | ({"$inc": added} if added else {})
        if used.memory_mib is not None:
            change["$max"] = {"memory_mib": used.memory_mib}
        self._stats.update_one({"_id": _id(USAGE, Span.MINUTE, at)}, change, upsert=True)

    def write_usage(self, hour: datetime, used: UsageFigures) -> None:
        """The whole of an hour."""
        fields = _kept(Span.HOUR, hour) | used.added() | {"memory_mib": used.memory_mib}
        self._stats.update_one({"_id": _id(USAGE, Span.HOUR, hour)}, {"$set": fields}, upsert=True)

    def first_used(self) -> datetime | None:
        """The first minute of which there is usage. None when there is none."""
        minutes = {"_id": {"$gte": f"{USAGE}|{Span.MINUTE.value}|", "$lt": f"{USAGE}|{Span.MINUTE.value}}}"}}
        document = self._stats.find_one(minutes, {"at": 1}, sort=[("_id", 1)])
        return document["at"] if document else None

    def usage(self, span: Span, start: datetime, end: datetime) -> UsageFigures:
        return _merged(self._between(USAGE, span, start, end))

    def former_usage(self) -> UsageFigures:
        """The total up to the release that adds it up by minutes."""
        return _merged(self._stats.find({"_id": _total(USAGE)}))

    def _between(self, kind: str, span: Span, start: datetime, end: datetime) -> Sequence[Document]:
        """The spans that begin from ``start`` on and before ``end``, in the order of time."""
        if start >= end:
            return []
        ids = {"$gte": _id(kind, span, start), "$lt": _id(kind, span, end)}
        return list(self._stats.find({"_id": ids}).sort("_id", 1))


def _id(kind: str, span: Span, at: datetime) -> str:
    return f"{kind}|{span.value}|{at:%Y-%m-%dT%H:%M}"


def _kept(span: Span, at: datetime) -> Document:
    """Which one it is, and for how long."""
    return {"at": at, "expires_at": at + span.kept}


def _total(kind: str) -> str:
    return f"{kind}|{TOTAL}"


def _merged(documents: Iterable[Document]) -> UsageFigures:
    total = UsageFigures()
    for document in documents:
        total.merge(UsageFigures.from_document(document))
    return total


def _flat(document: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, int]]:
    """The numbers of a document by their dotted names, without zeros."""
    for name, value in document.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif value:
            yield prefix + name, value
