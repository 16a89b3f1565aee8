"""A reconciliation that is put aside and taken up again ends like one that was not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.result import ScopeResult, Verdict
from chalicelib.assets.run import PutAside, Run
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.clock import utc_now
from chalicelib.errors import CloudRejected, CloudUnavailable, TaskCancelled, TimedOut
from chalicelib.providers.base import ListedAsset, Page

SCOPE = Scope("default", "aliyun", 123, "cn-shenzhen", "ecs")
SIZE = 3


@dataclass
class Inventory:
    store: AssetStore
    scopes: ScopeStore
    reconciler: Reconciler

    def summary(self) -> tuple[int, dict[str, int]]:
        """How much there is by what is known of scopes, and the changes of today."""
        days = self.scopes.changes_by_day("default", since=utc_now() - timedelta(minutes=1))
        return sum(row["count"] for row in self.scopes.live("default")), {row["kind"]: row["count"] for row in days}


@pytest.fixture
def inventory(database: Database[dict[str, Any]]) -> Inventory:
    store = AssetStore(database["assets"])
    store.ensure_indexes()
    scopes = ScopeStore(database["scopes"])
    return Inventory(store, scopes, Reconciler(store, scopes, clock=utc_now))


class Cloud:
    """A scope of numbered assets; ``forgets`` makes it refuse tokens."""

    def __init__(self, *numbers: int) -> None:
        self.assets = [ListedAsset(f"i-{number}") for number in numbers]
        self.listed: list[str | None] = []
        self.forgets = False

    def pages(self, start: str | None) -> Iterator[Page]:
        if start is not None and self.forgets:
            raise CloudRejected("InvalidNextToken: the token has expired")
        self.listed.append(start)
        for at in range(int(start or 0), max(len(self.assets), 1), SIZE):
            last = at + SIZE >= len(self.assets)
            yield Page(tuple(self.assets[at : at + SIZE]), None if last else str(at + SIZE))


def sync(inventory: Inventory, cloud: Cloud, task_id: str, *, pages_an_invocation: int) -> tuple[ScopeResult, int]:
    """The result, and how many invocations it took."""
    checkpoint = None
    for invocation in range(1, 100):
        left = iter([False] * (pages_an_invocation - 1))
        run = Run(
            task_id,
            out_of_time=lambda left=left: next(left, True),  # type: ignore[misc]
            checkpoint=checkpoint,
            fence=f"run {invocation}",
            first_run=invocation == 1,
        )
        found = inventory.reconciler.reconcile(SCOPE, cloud.pages, run)
        if isinstance(found, ScopeResult):
            return found, invocation
        checkpoint = found.checkpoint
    raise AssertionError("it does not end")


def test_the_counts_and_deletions_are_those_of_an_uninterrupted_sync(inventory: Inventory) -> None:
    first, invocations = sync(inventory, Cloud(*range(20)), "first", pages_an_invocation=2)
    assert (first.total, first.added, invocations) == (20, 20, 4)

    for task_id in ("second", "third"):
        again, _ = sync(inventory, Cloud(*range(2, 21)), task_id, pages_an_invocation=1)
        assert again.verdict is Verdict.COMPLETE
    assert (again.total, again.added, again.unchanged, again.deleted) == (19, 0, 19, 2)
    assert len([asset for asset in inventory.store.snapshot(SCOPE).values() if not asset.deleted]) == 19
    assert inventory.summary() == (19, {"added": 21, "deleted": 2})


@pytest.mark.parametrize("end", [TaskCancelled, TimedOut])
def test_what_a_sync_wrote_that_was_ended_half_way_is_counted(
    inventory: Inventory, end: type[TaskCancelled | TimedOut]
) -> None:
    read: list[Page] = []

    def pages(start: str | None) -> Iterator[Page]:
        for page in Cloud(*range(20)).pages(start):
            read.append(page)
            yield page

    def check() -> None:
        if len(read) == 3:
            raise end

    with pytest.raises(end):
        inventory.reconciler.reconcile(SCOPE, pages, Run("t", check=check))
    assert inventory.summary() == (2 * SIZE, {"added": 2 * SIZE})


def test_a_sync_that_starts_over_counts_once(inventory: Inventory) -> None:
    def cut_off(start: str | None) -> Iterator[Page]:
        yield next(Cloud(*range(20)).pages(start))
        raise CloudUnavailable("as ordered")

    inventory.reconciler.reconcile(SCOPE, cut_off, Run("t", fence="1"))
    assert inventory.summary() == (SIZE, {"added": SIZE})
    inventory.reconciler.reconcile(SCOPE, Cloud(*range(20)).pages, Run("t", fence="2", first_run=False))
    assert inventory.summary() == (20, {"added": 20})


def test_an_id_listed_on_both_sides_of_an_interruption_makes_the_listing_doubtful(inventory: Inventory) -> None:
    result, _ = sync(inventory, Cloud(*range(6), 1), "t", pages_an_invocation=1)
    assert (result.verdict, result.total) == (Verdict.INCOMPLETE, 6)


def test_a_token_that_expired_meanwhile_starts_the_listing_over_with_true_counts(inventory: Inventory) -> None:
    cloud = Cloud(*range(9))
    aside = inventory.reconciler.reconcile(SCOPE, cloud.pages, Run("t", out_of_time=lambda: True))
    assert isinstance(aside, PutAside)
    cloud.forgets = True
    result = inventory.reconciler.reconcile(
        SCOPE, cloud.pages, Run("t", checkpoint=aside.checkpoint, fence="2", first_run=False)
    )
    assert isinstance(result, ScopeResult)
    assert (result.verdict, result.total, result.added) == (Verdict.COMPLETE, 9, 9)
    assert cloud.listed == [None, None]


def test_a_checkpoint_holds_eight_bytes_an_asset(inventory: Inventory) -> None:
    cloud = Cloud(*range(1000))
    pages = iter([False] * 300)
    run = Run("t", out_of_time=lambda: next(pages, True))
    aside = inventory.reconciler.reconcile(SCOPE, cloud.pages, run)
    assert isinstance(aside, PutAside)
    assert len(aside.checkpoint["listing"]["seen"]) == 8 * 301 * SIZE
