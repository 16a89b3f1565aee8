"""Accounts in MongoDB."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from chalicelib.accounts.model import Account, AccountStatus, document_id
from chalicelib.errors import AccountExists

Document = dict[str, Any]

INDEXES = [
    IndexModel([("tenant", ASCENDING), ("provider", ASCENDING), ("id", ASCENDING)], name="by_number"),
    IndexModel([("auto_sync", ASCENDING), ("status", ASCENDING), ("next_sync_at", ASCENDING)], name="due_by_status"),
]


class AccountStore:
    """``counters`` holds the last id given out to each tenant: none is used twice, also after a deletion."""

    def __init__(self, collection: Collection[Document], counters: Collection[Document]) -> None:
        self._accounts = collection
        self._counters = counters

    def ensure_indexes(self) -> None:
        self._accounts.create_indexes(INDEXES)

    def next_id(self, tenant: str) -> int:
        counter = self._counters.find_one_and_update(
            {"_id": _counter(tenant)}, {"$inc": {"last": 1}}, upsert=True, return_document=ReturnDocument.AFTER
        )
        assert counter is not None  # upserted
        return int(counter["last"])

    def insert(self, account: Account) -> None:
        """Raises AccountExists when the id is taken."""
        try:
            self._accounts.insert_one(account.to_document())
        except DuplicateKeyError:
            raise AccountExists(f"account {account.id} exists already: change it with PUT") from None
        self._counters.update_one({"_id": _counter(account.tenant)}, {"$max": {"last": account.id}}, upsert=True)

    def get(self, tenant: str, account_id: int) -> Account | None:
        document = self._accounts.find_one({"_id": document_id(tenant, account_id)})
        return Account.from_document(document) if document else None

    def find(self, tenant: str, *, provider: str | None = None, status: AccountStatus | None = None) -> list[Account]:
        query: Document = {"tenant": tenant}
        if provider is not None:
            query["provider"] = provider
        if status is not None:
            query["status"] = status.value
        return [Account.from_document(document) for document in self._accounts.find(query).sort("id", ASCENDING)]

    def update(self, tenant: str, account_id: int, fields: Document) -> Account | None:
        """Set ``fields`` and leave all others as they are; None when there is no such account."""
        self._accounts.update_one({"_id": document_id(tenant, account_id)}, {"$set": fields})
        return self.get(tenant, account_id)

    def due_for_sync(self, now: datetime, *, limit: int) -> list[Account]:
        """Active accounts of any tenant whose time has come, the longest waiting first."""
        due = {"auto_sync": True, "status": AccountStatus.ACTIVE.value, "next_sync_at": {"$lte": now}}
        found = self._accounts.find(due).sort("next_sync_at", ASCENDING).limit(limit)
        return [Account.from_document(document) for document in found]

    def plan_sync(self, account: Account, at: datetime) -> None:
        """Move the next sync on, unless somebody else has."""
        self._accounts.update_one(
            {"_id": document_id(account.tenant, account.id), "next_sync_at": account.next_sync_at},
            {"$set": {"next_sync_at": at}},
        )

    def delete(self, tenant: str, account_id: int) -> bool:
        return self._accounts.delete_one({"_id": document_id(tenant, account_id)}).deleted_count == 1


def _counter(tenant: str) -> str:
    return f"accounts/{tenant}"
