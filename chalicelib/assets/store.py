"""Assets in MongoDB."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from chalicelib.assets.model import Asset, Change, ChangeKind, Scope, Stored

Document = dict[str, Any]
Write = InsertOne[Document] | UpdateOne

INDEXES = [
    IndexModel(
        [(name, ASCENDING) for name in ("tenant", "provider", "account_id", "region", "type", "native_id")],
        name="scope",
    ),
    IndexModel([("tenant", ASCENDING), ("_id", ASCENDING)], name="all"),
    IndexModel([("tenant", ASCENDING), ("search", ASCENDING)], name="search"),
]
DUPLICATE_KEY = 11000
_WORD_BREAKS = re.compile(r"[^0-9a-z\u0080-\uffff]+")


@dataclass(frozen=True, slots=True)
class AssetFilter:
    """Which live assets a list shows. ``q`` is the beginning of a name, of a word of it, of a native id or of an ip."""

    tenant: str
    provider: str | None = None
    account_id: int | None = None
    region: str | None = None
    type: str | None = None
    q: str | None = None

    def to_query(self) -> Document:
        equal = {
            "tenant": self.tenant,
            "provider": self.provider,
            "account_id": self.account_id,
            "region": self.region,
            "type": self.type,
        }
        query: Document = {name: value for name, value in equal.items() if value is not None}
        if self.q:
            query["search"] = {"$regex": "^" + re.escape(self.q.lower())}
        return query | {"deleted_at": None}


class AssetStore:
    def __init__(self, collection: Collection[Document]) -> None:
        self._assets = collection

    def ensure_indexes(self) -> None:
        self._assets.create_indexes(INDEXES)

    def get(self, tenant: str, asset_id: str) -> Asset | None:
        document = self._assets.find_one({"_id": asset_id, "tenant": tenant})
        return Asset.from_document(document) if document else None

    def find(self, which: AssetFilter, *, limit: int, offset: int) -> list[Asset]:
        found = self._assets.find(which.to_query()).sort("_id", ASCENDING).skip(offset).limit(limit)
        return [Asset.from_document(document) for document in found]

    def count(self, which: AssetFilter) -> int:
        return self._assets.count_documents(which.to_query())

    def snapshot(self, scope: Scope) -> dict[str, Stored]:
        """What is stored of a scope, tombstones included, by native id: identities and hashes, not contents."""
        fields = {"_id": 0, "native_id": 1, "hash": 1, "missing": 1, "deleted_at": 1, "change": 1}
        return {
            document["native_id"]: Stored(
                hash=document["hash"],
                missing=document["missing"],
                deleted="deleted_at" in document,
                change=Change(document["change"]["task_id"], ChangeKind(document["change"]["kind"])),
            )
            for document in self._assets.find(scope.to_query(), fields)
        }

    def apply(self, writes: Iterable[Write]) -> None:
        """Carry out a page's writes in one round trip. A write that another worker made already is not an error."""
        operations = list(writes)
        if not operations:
            return
        try:
            self._assets.bulk_write(operations, ordered=False)
        except BulkWriteError as error:
            if any(item["code"] != DUPLICATE_KEY for item in error.details["writeErrors"]):
                raise


# Every write below names the state it was decided on (``hash``, ``missing``): one that comes too late, from a worker
# that was overtaken, matches nothing.


def insert(scope: Scope, fields: Mapping[str, Any], hash_: str, task_id: str, now: datetime) -> Write:
    return InsertOne(
        {"_id": scope.asset_id(fields["native_id"])}
        | scope.to_query()
        | _contents(fields, hash_)
        | {"first_seen_at": now, "changed_at": now, "missing": 0, "change": _change(task_id, ChangeKind.ADDED)}
    )


def update(
    scope: Scope, fields: Mapping[str, Any], hash_: str, change: Change, now: datetime, *, stored: Stored
) -> Write:
    """Overwrite the contents; one that had been deleted is live again."""
    return UpdateOne(
        {"_id": scope.asset_id(fields["native_id"]), "hash": stored.hash, "missing": stored.missing},
        {
            "$set": _contents(fields, hash_)
            | {"changed_at": now, "missing": 0, "change": _change(change.task_id, change.kind)},
            "$unset": {"deleted_at": ""},
        },
    )


def seen_again(scope: Scope, native_id: str, *, stored: Stored) -> Write:
    return UpdateOne(
        {"_id": scope.asset_id(native_id), "hash": stored.hash, "missing": stored.missing}, {"$set": {"missing": 0}}
    )


def missed(scope: Scope, native_id: str, *, stored: Stored) -> Write:
    return UpdateOne(
        {"_id": scope.asset_id(native_id), "hash": stored.hash, "missing": stored.missing},
        {"$set": {"missing": stored.missing + 1}},
    )


def delete(scope: Scope, native_id: str, task_id: str, now: datetime, *, stored: Stored) -> Write:
    """Leave a tombstone: the document stays, marked."""
    return UpdateOne(
        {"_id": scope.asset_id(native_id), "hash": stored.hash, "missing": stored.missing},
        {
            "$set": {
                "deleted_at": now,
                "changed_at": now,
                "missing": stored.missing + 1,
                "change": _change(task_id, ChangeKind.DELETED),
            }
        },
    )


def _contents(fields: Mapping[str, Any], hash_: str) -> Document:
    return dict(fields) | {"hash": hash_, "search": _search_terms(fields)}


def _change(task_id: str, kind: ChangeKind) -> Document:
    return {"task_id": task_id, "kind": kind.value}


def _search_terms(fields: Mapping[str, Any]) -> list[str]:
    """What ``q`` is matched with: the name, its words from each on, the native id and the addresses, in lower case."""
    name = str(fields["name"]).lower()
    words = {name[match.end() :] for match in _WORD_BREAKS.finditer(name)}
    terms = {name, str(fields["native_id"]).lower()} | words | {str(ip).lower() for ip in fields["ips"]}
    return sorted(term for term in terms if term)
