"""API keys in MongoDB: of each secret only a salted hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.collection import Collection

Document = dict[str, Any]

INDEXES = [IndexModel([("tenant", ASCENDING), ("created_at", DESCENDING)], name="newest")]


class KeyStore:
    def __init__(self, keys: Collection[Document]) -> None:
        self._keys = keys

    def ensure_indexes(self) -> None:
        self._keys.create_indexes(INDEXES)

    def insert(self, document: Document) -> None:
        self._keys.insert_one(document)

    def get(self, key_id: str) -> Document | None:
        """Of any tenant: the key is what tells the tenant."""
        return self._keys.find_one({"_id": key_id})

    def find(self, tenant: str) -> list[Document]:
        return list(self._keys.find({"tenant": tenant}, {"salt": 0, "digest": 0}).sort("created_at", DESCENDING))

    def note_use(self, key_id: str, *, before: datetime | None, now: datetime) -> None:
        """Unless somebody else has since ``before``."""
        self._keys.update_one({"_id": key_id, "last_used_at": before}, {"$set": {"last_used_at": now}})

    def revoke(self, tenant: str, key_id: str, *, now: datetime) -> bool:
        """Whether the tenant has such a key. The first revocation's time stays."""
        this = {"_id": key_id, "tenant": tenant}
        if self._keys.update_one({**this, "revoked_at": None}, {"$set": {"revoked_at": now}}).matched_count:
            return True
        return self._keys.find_one(this, {"_id": 1}) is not None
