"""What is known of each scope: when it was last listed completely, what came of the last listing, and how much is
there. Whoever asks how large the inventory is reads scopes, not assets.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from functools import partial
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.collection import Collection

from chalicelib.assets.model import Scope
from chalicelib.assets.recognition import Compared, Known
from chalicelib.assets.result import ScopeResult, Verdict
from chalicelib.pages import total
from chalicelib.providers.base import GLOBAL

Document = dict[str, Any]

INDEXES = [
    IndexModel([(name, ASCENDING) for name in ("tenant", "provider", "account_id", "region", "type")], name="scope"),
    IndexModel([("tenant", ASCENDING), ("verdict", ASCENDING), ("_id", ASCENDING)], name="verdict"),
    IndexModel([("tenant", ASCENDING), ("changes.at", ASCENDING)], name="changes"),
]
CHANGES_KEPT = 1000
"""How many tasks that changed something a scope remembers: an hourly sync that always does, for over a month."""
CHANGES = ("added", "updated", "deleted")
_TOLD = {"pages": 0, "comparing": 0, "changes": 0}
"""What nobody asks for who asks for scopes (a projection)."""


class ScopeStore:
    def __init__(self, scopes: Collection[Document]) -> None:
        self._scopes = scopes

    def ensure_indexes(self) -> None:
        self._scopes.create_indexes(INDEXES)

    def known(self, scope: Scope, *, since: datetime) -> Known | None:
        """The pages of the scope as the last comparison left them, unless that was before ``since``."""
        found = self._scopes.find_one({"_id": scope.id, "pages.at": {"$gt": since}}, {"pages": 1})
        if found is None:
            return None
        pages = found["pages"]
        return Known.of(pages["by"], pages["marks"], pages["live"])

    def compare(self, scope: Scope, run: str, known: Known | None) -> bool:
        """Before a run reads what is stored: what was known of pages holds no longer. False, and nothing is done, when
        that is not ``known`` any more.
        """
        update = {"$set": {"comparing": run}, "$unset": {"pages": ""}}
        if known is None:
            self._scopes.update_one({"_id": scope.id}, update, upsert=True)
            return True
        return bool(self._scopes.update_one({"_id": scope.id, "pages.by": known.token}, update).matched_count)

    def record(self, result: ScopeResult, *, task_id: str, at: datetime, compared: Compared | None = None) -> None:
        """Note a listing that came to its end, whatever the end was. Without ``compared`` what is known of the scope's
        pages stays.
        """
        outcome = {"$set": self._outcome(result, task_id, at) | {"live": result.live}}
        if compared is None:
            self._note(outcome, result, task_id, at)
            return
        if compared.marks is not None:
            pages = {"by": compared.token, "marks": b"".join(compared.marks), "live": result.live, "at": at}
            alone = {"comparing": compared.token}
            if self._note({"$set": outcome["$set"] | {"pages": pages}}, result, task_id, at, only=alone):
                return
        self._note(outcome | {"$unset": {"pages": "", "comparing": ""}}, result, task_id, at)

    def count(self, result: ScopeResult, *, task_id: str, at: datetime) -> None:
        """Note what a run did that stopped before the end of the listing."""
        fields = result.scope.to_query() | {"live": result.live}
        self._note({"$set": fields, "$unset": {"pages": "", "comparing": ""}}, result, task_id, at)

    def _note(
        self, update: Document, result: ScopeResult, task_id: str, at: datetime, *, only: Document | None = None
    ) -> bool:
        """One write; two where the task has been here before, as the later run counts for the earlier one, too.
        Answers whether the scope was as in ``only``.
        """
        scope = {"_id": result.scope.id}
        changes = {kind: getattr(result, kind) for kind in CHANGES}
        if any(changes.values()):
            self._scopes.update_one(scope | {"changes.task_id": task_id}, {"$pull": {"changes": {"task_id": task_id}}})
            change = {"at": at, "task_id": task_id} | changes
            update = update | {"$push": {"changes": {"$each": [change], "$slice": -CHANGES_KEPT}}}
        return bool(self._scopes.update_one(scope | (only or {}), update, upsert=only is None).matched_count)

    @staticmethod
    def _outcome(result: ScopeResult, task_id: str, at: datetime) -> Document:
        fields: Document = result.scope.to_query() | {
            "listed_at": at,
            "verdict": result.verdict.value,
            "reason": result.reason,
            "held": result.missing if result.verdict is Verdict.HELD else 0,
            "task_id": task_id,
        }
        if result.verdict is Verdict.COMPLETE:
            fields |= {"complete_at": at, "count": result.total}
        return fields

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
        found = list(self._scopes.find(query, _TOLD).sort(order).skip(offset).limit(limit))
        count = partial(self._scopes.count_documents, query)
        return found, total(len(found), asked=limit, offset=offset, count=count)

    def live(self, tenant: str) -> list[Document]:
        """The assets that are stored, counted by provider, type and region; what a sync that still runs has written
        counts when it ends.
        """
        keys = {name: f"${name}" for name in ("provider", "type", "region")}
        groups = self._scopes.aggregate(
            [
                {"$match": {"tenant": tenant, "live": {"$gt": 0}}},
                {"$group": {"_id": keys, "count": {"$sum": "$live"}}},
                {"$sort": {"_id.provider": 1, "_id.type": 1, "_id.region": 1}},
            ]
        )
        return [group["_id"] | {"count": group["count"]} for group in groups]

    def changes_by_day(self, tenant: str, *, since: datetime) -> list[Document]:
        """How many assets were added, updated and deleted on each day (UTC) since a moment, by syncs that ended."""
        days: dict[str, Counter[str]] = {}
        query = {"tenant": tenant, "changes.at": {"$gte": since}}
        for scope in self._scopes.find(query, {"_id": 0, "changes": 1}):
            for change in scope["changes"]:
                if change["at"] >= since:
                    day = days.setdefault(change["at"].date().isoformat(), Counter())
                    day.update({kind: change[kind] for kind in CHANGES})
        return [
            {"day": day, "kind": kind, "count": days[day][kind]}
            for day in sorted(days)
            for kind in CHANGES
            if days[day][kind]
        ]

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
