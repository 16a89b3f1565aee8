"""Assets in MongoDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from chalicelib.assets import terms
from chalicelib.assets.fence import Fence
from chalicelib.assets.filter import SORTS, AssetFilter
from chalicelib.assets.history import HISTORY_LENGTH, entry
from chalicelib.assets.model import CONTENT_FIELDS, Asset, Change, ChangeKind, Scope, Stored, content_hash
from chalicelib.assets.turns import Check, Turns
from chalicelib.errors import LeaseLost

Document = dict[str, Any]
Write = InsertOne[Document] | UpdateOne

INDEXES = [
    IndexModel(
        [(name, ASCENDING) for name in ("tenant", "provider", "account_id", "region", "type", "native_id")],
        name="scope",
    ),
    IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="all"),
    IndexModel([("tenant", ASCENDING), ("search", ASCENDING)], name="search"),
    IndexModel([("expires_at", ASCENDING)], name="retention", sparse=True, expireAfterSeconds=0),
    IndexModel([("tenant", ASCENDING), ("name", ASCENDING), ("_id", ASCENDING)], name="by_name"),
    IndexModel([("tenant", ASCENDING), ("changed_at", ASCENDING), ("_id", ASCENDING)], name="by_change"),
    IndexModel([("tenant", ASCENDING), ("first_seen_at", ASCENDING), ("_id", ASCENDING)], name="by_first_seen"),
]
DUPLICATE_KEY = 11000
ASSET_RETENTION = timedelta(days=90)
WRITTEN_AT_ONCE = 2
"""How many pages a process writes side by side. Those of all its scopes would queue up at the store, and what is in
that queue is written, whoever cancelled it. Two keep the store busy.
"""


class Position(NamedTuple):
    """Where a page ended: the value it is sorted by, and the id."""

    value: Any
    id: str


class AssetStore:
    def __init__(self, collection: Collection[Document], *, retention: timedelta = ASSET_RETENTION) -> None:
        self._assets = collection
        self.retention = retention
        """How long a deleted asset is kept."""
        self._reading = Turns(1)
        self._writing = Turns(WRITTEN_AT_ONCE)

    def ensure_indexes(self) -> None:
        self._assets.create_indexes(INDEXES)

    def get(self, tenant: str, asset_id: str) -> Asset | None:
        document = self._assets.find_one({"_id": asset_id, "tenant": tenant})
        return Asset.from_document(document) if document else None

    def find(
        self, which: AssetFilter, *, limit: int, offset: int = 0, sort: str = "id", after: Position | None = None
    ) -> list[Asset]:
        """Assets in the order of ``sort`` (a key of ``SORTS``, with a minus sign for the largest first), then of ids;
        behind ``after`` when given.
        """
        field, direction = SORTS[sort.removeprefix("-")], DESCENDING if sort.startswith("-") else ASCENDING
        order = [("_id", direction)] if field == "_id" else [(field, direction), ("_id", direction)]
        query = which.to_query()
        if after is None:
            found = list(self._assets.find(query).sort(order).skip(offset).limit(limit))
        else:
            found = self._behind(query, field, order, after, limit)
        return [Asset.from_document(document) for document in found]

    def stream(self, which: AssetFilter, *, at_once: int) -> Iterator[Asset]:
        """All assets in the order of their ids, however many, ``at_once`` of them in memory."""
        for document in self._assets.find(which.to_query()).sort("_id", ASCENDING).batch_size(at_once):
            yield Asset.from_document(document)

    def _behind(
        self, query: Document, field: str, order: list[tuple[str, int]], after: Position, limit: int
    ) -> list[Document]:
        """Two bounded ranges in place of an ``$or``: the rest of the same value, then the values behind it."""
        beyond = "$lt" if order[-1][1] == DESCENDING else "$gt"
        if field == "_id":
            return list(self._assets.find(query | {"_id": {beyond: after.id}}).sort(order).limit(limit))
        same = query | {field: after.value, "_id": {beyond: after.id}}
        found = list(self._assets.find(same).sort(order).limit(limit))
        if len(found) < limit:
            bounds = dict(query.get(field) or {}) | {beyond: after.value}
            behind = self._assets.find(query | {field: bounds}).sort(order).limit(limit - len(found))
            found += list(behind)
        return found

    def count(self, which: AssetFilter) -> int:
        return self._assets.count_documents(which.to_query())

    def by_native_ids(self, scope: Scope, native_ids: Sequence[str]) -> list[Asset]:
        """Live assets of the scope's account that have one of these native ids, whatever their region and type."""
        query = {
            "tenant": scope.tenant,
            "search": {"$in": [terms.native_id(native_id) for native_id in native_ids]},
            "provider": scope.provider,
            "account_id": scope.account_id,
            "deleted_at": None,
        }
        return [Asset.from_document(document) for document in self._assets.find(query)]

    def contents(self, asset_ids: Iterable[str]) -> dict[str, Document]:
        """The stored contents of assets by id, to compare with new ones."""
        fields = dict.fromkeys(CONTENT_FIELDS, 1)
        return {
            document.pop("_id"): document for document in self._assets.find({"_id": {"$in": list(asset_ids)}}, fields)
        }

    def changes(
        self,
        which: AssetFilter,
        *,
        since: datetime,
        kind: ChangeKind | None,
        limit: int,
        after: Position | None = None,
    ) -> list[tuple[Asset, Document]]:
        """The changes of the filter's assets since a moment, newest first, each with its asset; behind ``after`` (a
        moment and an asset) when given.

        The last change of each asset is in an index. As many of those as are asked for tell how far back the answer
        can reach at the most: nothing that changed before is looked at.
        """
        far = replace(which, changed_since=since, deleted=True).to_query() | (
            {"change.kind": kind.value} if kind else {}
        )
        order = [("changed_at", DESCENDING), ("_id", DESCENDING)]
        if after is None:
            last = list(self._assets.find(far).sort(order).limit(limit))
        else:
            last = self._behind(far, "changed_at", order, after, limit)
        if len(last) == limit:
            since = max(since, last[-1]["changed_at"])
        query = replace(which, changed_since=since, deleted=True).to_query()
        wanted: Document = {"history.kind": kind.value} if kind else {}
        if after is None:
            return self._entries(query, wanted | {"history.at": {"$gte": since}}, limit)
        same = wanted | {"history.at": after.value, "_id": {"$lt": after.id}}
        found = self._entries(query, same, limit) if after.value >= since else []
        if len(found) < limit:
            behind = wanted | {"history.at": {"$gte": since, "$lt": after.value}}
            found += self._entries(query, behind, limit - len(found))
        return found

    def _entries(self, query: Document, wanted: Document, limit: int) -> list[tuple[Asset, Document]]:
        found = self._assets.aggregate(
            [
                {"$match": query},
                {"$unwind": "$history"},
                {"$match": wanted},
                {"$sort": {"history.at": -1, "_id": -1}},
                {"$limit": limit},
            ]
        )
        return [(Asset.from_document(document), document["history"]) for document in found]

    def history(self, tenant: str, asset_id: str) -> list[Document] | None:
        """The kept changes of an asset, newest first; None for an unknown one."""
        document = self._assets.find_one({"_id": asset_id, "tenant": tenant}, {"history": 1})
        return None if document is None else list(reversed(document["history"]))

    def snapshot(self, scope: Scope, check: Check = lambda: None) -> dict[str, Stored]:
        """What is stored of a scope, tombstones included, by native id: identities and hashes, not contents.

        One scope is read after another, though they are synced side by side: so one is read while another is being
        listed. Together they would all wait for the store, and then all for the cloud.
        """
        fields = {"_id": 0, "native_id": 1, "hash": 1, "missing": 1, "missed_by": 1, "deleted_at": 1, "change": 1}
        with self._reading.turn(check):
            return {
                document["native_id"]: Stored(
                    hash=document["hash"],
                    missing=document["missing"],
                    missed_by=document.get("missed_by"),
                    deleted="deleted_at" in document,
                    change=Change(document["change"]["task_id"], ChangeKind(document["change"]["kind"])),
                )
                for document in self._assets.find(scope.to_query(), fields)
            }

    def take_over(self, fence: Fence, *, now: datetime) -> None:
        """Shut out every earlier run of the fence's task."""
        fence.take_over(self._assets, now=now)

    def apply(self, writes: Sequence[Write], fence: Fence, *, now: datetime, check: Check) -> None:
        """Carry out a page's writes, inserts and updates in one command each. Raises LeaseLost, with nothing written,
        when another run has taken over, and what ``check`` raises before that.
        """
        if not writes:
            return
        inserts = [write for write in writes if isinstance(write, InsertOne)]
        updates = [write for write in writes if isinstance(write, UpdateOne)]
        with self._writing.turn(check):
            while inserts:
                inserts = inserts[self._ordered([fence.first_insert(now), *inserts]) :]
                if inserts:
                    fence.passed()
            if updates:
                self._ordered([fence.first_update(now), *updates])
            fence.passed()

    def _ordered(self, operations: Sequence[Write]) -> int:
        """Returns how many operations behind the first are dealt with: all, unless one found that another task had
        inserted its asset meanwhile.
        """
        try:
            self._assets.bulk_write(list(operations), ordered=True)
        except BulkWriteError as error:
            (fault,) = error.details["writeErrors"]
            if fault["code"] != DUPLICATE_KEY:
                raise
            if fault["index"] == 0:
                raise LeaseLost from None
            return int(fault["index"])
        return len(operations)


# Every write below names the state it was decided on (``hash``, ``missing``): one that comes too late, from a worker
# that was overtaken, matches nothing.


def insert(scope: Scope, fields: Mapping[str, Any], task_id: str, now: datetime) -> Write:
    change = entry(ChangeKind.ADDED, task_id, now, old={}, new=fields)
    document = scope.to_query() | _contents(fields) | {"first_seen_at": now, "missing": 0, "history": [change]}
    return InsertOne({"_id": scope.asset_id(fields["native_id"])} | document | _last(change))


def update(scope: Scope, fields: Mapping[str, Any], change: Document, *, stored: Stored) -> Write:
    """Overwrite the contents; one that had been deleted is live again."""
    return UpdateOne(
        {"_id": scope.asset_id(fields["native_id"]), "hash": stored.hash, "missing": stored.missing},
        {"$set": _contents(fields) | {"missing": 0} | _last(change), "$unset": {"deleted_at": "", "expires_at": ""}}
        | _push(change),
    )


def seen_again(scope: Scope, native_id: str, *, stored: Stored) -> Write:
    return UpdateOne(
        {"_id": scope.asset_id(native_id), "hash": stored.hash, "missing": stored.missing}, {"$set": {"missing": 0}}
    )


def missed(scope: Scope, native_id: str, task_id: str, *, stored: Stored) -> Write:
    return UpdateOne(
        {"_id": scope.asset_id(native_id), "hash": stored.hash, "missing": stored.missing},
        {"$set": {"missing": stored.missing + 1, "missed_by": task_id}},
    )


def delete(scope: Scope, native_id: str, task_id: str, now: datetime, *, stored: Stored, expires_at: datetime) -> Write:
    """Leave a tombstone: the document stays, marked, until it expires."""
    change = entry(ChangeKind.DELETED, task_id, now, old={}, new={})
    return UpdateOne(
        {"_id": scope.asset_id(native_id), "hash": stored.hash, "missing": stored.missing},
        {"$set": {"deleted_at": now, "expires_at": expires_at, "missing": stored.missing + 1} | _last(change)}
        | _push(change),
    )


def _contents(fields: Mapping[str, Any]) -> Document:
    return dict(fields) | {"hash": content_hash(fields), "search": terms.terms_of(fields)}


def _last(change: Document) -> Document:
    """The last change, where a reconciliation reads it without the whole history."""
    return {"changed_at": change["at"], "change": {"task_id": change["task_id"], "kind": change["kind"]}}


def _push(change: Document) -> Document:
    return {"$push": {"history": {"$each": [change], "$slice": -HISTORY_LENGTH}}}
