"""What the service knows of one scope of a fake cloud, and syncs of it that end in many ways."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Self

from pymongo import MongoClient

from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.result import ScopeResult
from chalicelib.assets.run import Lister, Run
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.clock import utc_now
from chalicelib.providers.base import ListedAsset, Page
from tests.integration.deletions.clouds import PAGES, Account

GHOSTS = tuple(ListedAsset(f"ghost-{number}") for number in range(3))
"""Assets that really go away."""


class Killed(BaseException):
    """Nothing of the worker's runs any more."""


@dataclass
class Inventory:
    account: Account
    scope: Scope
    store: AssetStore
    reconciler: Reconciler
    there: frozenset[str] = frozenset()
    """What the cloud holds."""
    totals: bool = False
    runs: int = field(default=0)

    @classmethod
    def of(cls, mongo: MongoClient[dict[str, Any]], name: str, account: Account, asset_type: str) -> Self:
        database = mongo[f"test_{uuid.uuid4().hex[:12]}"]
        store = AssetStore(database["assets"])
        store.ensure_indexes()
        scope = Scope("default", name, 1, account.region, asset_type)
        made = cls(account, scope, store, Reconciler(store, ScopeStore(database["scopes"]), clock=utc_now))
        pages = list(made.pages(None))
        assert all(page.assets for page in pages[:PAGES])
        assert len(pages) >= PAGES
        made.there = made.ids_in(pages)
        made.totals = pages[0].total is not None
        return made

    @staticmethod
    def ids_in(pages: list[Page]) -> frozenset[str]:
        return frozenset(asset.native_id for page in pages for asset in page.assets)

    @property
    def page_size(self) -> int:
        return len(self.there) * 2 // (2 * PAGES - 1)

    def pages(self, start: str | None) -> Iterator[Page]:
        return self.account.pages(self.scope.type, start)

    def sync(
        self, lister: Lister | None = None, *, task_id: str = "", scope: Scope | None = None, **options: Any
    ) -> str:
        """The verdict."""
        self.runs += 1
        run = Run(task_id or f"task-{self.runs}", fence=f"run-{self.runs}", **options)
        found = self.reconciler.reconcile(scope or self.scope, lister or self.pages, run)
        assert isinstance(found, ScopeResult)
        return found.verdict.value

    def sync_well(self) -> None:
        assert self.sync() == "complete"
        assert self.lost() == 0

    def live(self, scope: Scope | None = None) -> frozenset[str]:
        kept = self.store.snapshot(scope or self.scope).items()
        return frozenset(native_id for native_id, stored in kept if not stored.deleted)

    def lost(self) -> int:
        return len(self.there - self.live())

    def good_and_then_revoked(self, good: int) -> Lister:
        """The keys are revoked after some pages."""

        def pages(start: str | None) -> Iterator[Page]:
            left = good
            while left:
                page = next(self.account.pages(self.scope.type, start))
                yield page
                start, left = page.next_token, left - 1
            yield from self.account.revoked(self.scope.type, start)

        return pages

    def with_ghosts(self) -> Lister:
        def pages(start: str | None) -> Iterator[Page]:
            for page in self.account.pages(self.scope.type, start):
                if page.next_token is not None:
                    yield page if page.total is None else replace(page, total=page.total + len(GHOSTS))
                else:
                    total = None if page.total is None else page.total + len(GHOSTS)
                    yield Page(page.assets + GHOSTS, None, total)

        return pages

    def first(self, count: int) -> Lister:
        """A scope that holds no more than the first assets of the cloud's."""

        def pages(start: str | None) -> Iterator[Page]:
            page = next(self.account.pages(self.scope.type, None))
            yield Page(page.assets[:count], None)

        return pages


def killed_at(step: int) -> Callable[[], None]:
    """A check that the worker does not live to see: the ``step``-th of its run, each of which comes before a write."""
    left = iter(range(step - 1))

    def check() -> None:
        if next(left, None) is None:
            raise Killed

    return check
