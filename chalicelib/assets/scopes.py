"""What is known of each scope: when it was last listed completely, and what came of the last listing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection

from chalicelib.assets.result import ScopeResult, Verdict
from chalicelib.providers.base import GLOBAL

Document = dict[str, Any]

INDEXES = [
    IndexModel([(name, ASCENDING) for name in ("tenant", "provider", "account_id", "region", "type")], name="scope"),
    IndexModel([("tenant", ASCENDING), ("verdict", ASCENDING), ("_id", ASCENDING)], name="verdict"),
]


class ScopeStore:
    def __init__(self, scopes: Collection[Document]) -> None:
        self._scopes = scopes

    def ensure_indexes(self) -> None:
        self._scopes.create_indexes(INDEXES)

    def record(self, result: ScopeResult, *, task_id: str, at: datetime) -> None:
        """Note a listing that came to its end, whatever the end was."""
        fields: Document = result.scope.to_query() | {
            "listed_at": at,
            "verdict": result.verdict.value,
            "reason": result.reason,
            "held": result.missing if result.verdict is Verdict.HELD else 0,
            "task_id": task_id,
        }
        if result.verdict is Verdict.COMPLETE:
            fields |= {"complete_at": at, "count": result.total}
        self._scopes.update_one({"_id": result.scope.id}, {"$set": fields}, upsert=True)

    def find(
        self,
        tenant: str,
        *,
        provider: str | None = None,
        account_id: int | None = None,
        verdict: Verdict | None = None,
        limit: int,
        offset: int = 0,
    ) -> tuple[list[Document], int]:
        """Scopes by account, region and type, and how many there are in all. ``held`` counts assets that a held
        listing did not have.
        """
        query: Document = {"tenant": tenant}
        given = {"provider": provider, "account_id": account_id, "verdict": verdict and verdict.value}
        query |= {name: value for name, value in given.items() if value is not None}
        order = [(name, ASCENDING) for name in ("provider", "account_id", "region", "type")]
        found = self._scopes.find(query).sort(order).skip(offset).limit(limit)
        return list(found), self._scopes.count_documents(query)

    def regions(self, tenant: str) -> dict[str, tuple[str, ...]]:
        """The regions that were ever listed, by provider."""
        pairs = self._scopes.aggregate(
            [
                {"$match": {"tenant": tenant, "region": {"$ne": GLOBAL}}},
                {"$group": {"_id": {"provider": "$provider", "region": "$region"}}},
                {"$sort": {"_id.provider": 1, "_id.region": 1}},
            ]
        )
        found: dict[str, tuple[str, ...]] = {}
        for pair in pairs:
            provider, region = pair["_id"]["provider"], pair["_id"]["region"]
            found[provider] = (*found.get(provider, ()), region)
        return found
