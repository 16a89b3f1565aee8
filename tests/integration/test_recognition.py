"""Pages that are as they were are recognised; whatever may have changed what is stored ends that."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.assets.filter import AssetFilter
from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.result import ScopeResult, Verdict
from chalicelib.assets.run import PutAside, Run
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.clock import utc_now
from chalicelib.errors import CloudUnavailable, TaskCancelled
from chalicelib.providers.base import ListedAsset, Page
from tests.support.commands import CommandCounter

SCOPE = Scope("default", "aliyun", 123, "cn-shenzhen", "ecs")
SIZE = 3
WITHIN_SECONDS = 30
Listing = Callable[[str | None], Iterator[Page]]


def listing(versions: Sequence[int | None], *, between: Callable[[], object] = lambda: None) -> Listing:
    """Numbered assets, each with a version, if it is there. ``between`` is done behind the first page."""
    assets = [ListedAsset(f"i-{number}", name=f"v{version}") for number, version in enumerate(versions) if version]

    def pages(start: str | None) -> Iterator[Page]:
        for at in range(int(start or 0), max(len(assets), 1), SIZE):
            if at == SIZE:
                between()
            more = str(at + SIZE) if at + SIZE < len(assets) else None
            yield Page(tuple(assets[at : at + SIZE]), more)

    return pages


@dataclass
class Inventory:
    client: MongoClient[dict[str, Any]]
    database: str
    sent: CommandCounter
    now: datetime = field(default_factory=utc_now)
    syncs: int = 0

    def __post_init__(self) -> None:
        self.assets = AssetStore(self.client[self.database]["assets"])
        self.scopes = ScopeStore(self.client[self.database]["scopes"])

    def run(self, lister: Listing, **options: Any) -> ScopeResult | PutAside:
        self.syncs += 1
        task_id = options.pop("task_id", f"task-{self.syncs}")
        reconciler = Reconciler(self.assets, self.scopes, clock=lambda: self.now, trusted=timedelta(days=1))
        return reconciler.reconcile(SCOPE, lister, Run(task_id, fence=f"run-{self.syncs}", **options))

    def sync(self, lister: Listing, **options: Any) -> ScopeResult:
        found = self.run(lister, **options)
        assert isinstance(found, ScopeResult)
        return found

    def reads(self, lister: Listing, **options: Any) -> bool:
        """Whether a sync reads what is stored."""
        self.sent.sent.clear()
        self.sync(lister, **options)
        return ("find", "assets") in self.sent.sent

    def stored(self) -> dict[str, str]:
        found = self.assets.find(AssetFilter("default"), limit=100)
        return {asset.fields["native_id"]: asset.fields["name"] for asset in found}

    def live(self) -> int:
        return sum(row["count"] for row in self.scopes.live("default"))


@pytest.fixture
def inventory(mongodb_uri: str, database: Database[dict[str, Any]]) -> Iterator[Inventory]:
    sent = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, event_listeners=[sent], tz_aware=True) as client:
        made = Inventory(client, database.name, sent)
        made.assets.ensure_indexes()
        yield made


def counts(result: ScopeResult) -> tuple[int, int, int, int, int]:
    return result.total, result.added, result.updated, result.missing, result.unchanged


def test_a_scope_that_is_as_it_was_is_not_read(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))
    assert not inventory.reads(listing([1] * 8))
    assert counts(inventory.sync(listing([1] * 8))) == (8, 0, 0, 0, 8)
    assert inventory.live() == 8


def test_one_page_that_differs_is_enough_to_compare_and_the_others_stay_unchanged(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))
    assert counts(inventory.sync(listing([1, 1, 1, 1, 2, 1, 1, 1]))) == (8, 0, 1, 0, 7)
    assert inventory.stored()["i-4"] == "v2"
    assert not inventory.reads(listing([1, 1, 1, 1, 2, 1, 1, 1]))


def test_a_page_that_is_listed_no_more_is_missed(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 12))
    first = inventory.sync(listing([1] * 9))
    assert counts(first) == (9, 0, 0, 3, 9)
    assert inventory.sync(listing([1] * 9)).deleted == 3
    assert inventory.live() == 9


def test_while_an_asset_is_missing_every_sync_compares(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))
    inventory.sync(listing([1] * 7))
    assert inventory.reads(listing([1] * 7))
    assert not inventory.reads(listing([1] * 7)), "it is deleted, and nothing is missing"


def test_what_else_has_changed_the_assets_is_found_out_within_a_day(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))
    inventory.client[inventory.database]["assets"].delete_one({"native_id": "i-4"})
    assert inventory.sync(listing([1] * 8)).added == 0
    inventory.now += timedelta(days=1)
    assert inventory.sync(listing([1] * 8)).added == 1
    assert not inventory.reads(listing([1] * 8))


@pytest.mark.parametrize("shown", [2, 3])
@pytest.mark.parametrize("first_ends_first", [True, False])
def test_two_runs_side_by_side_leave_nothing_to_be_recognised(
    inventory: Inventory, first_ends_first: bool, shown: int
) -> None:
    """What one of them knows of a page, the other may have overwritten."""
    inventory.sync(listing([1] * 8))
    if first_ends_first:
        begun, go_on = threading.Event(), threading.Event()

        def wait() -> None:
            begun.set()
            assert go_on.wait(WITHIN_SECONDS)

        with ThreadPoolExecutor() as pool:
            first = pool.submit(inventory.sync, listing([2] * 8, between=wait))
            assert begun.wait(WITHIN_SECONDS)

            def ends() -> None:
                go_on.set()
                first.result(WITHIN_SECONDS)

            inventory.sync(listing([3] * 8, between=ends))
    else:
        inventory.sync(listing([2] * 8, between=lambda: inventory.sync(listing([3] * 8))))
    assert inventory.reads(listing([shown] * 8))


def test_pages_that_were_recognised_before_another_run_wrote_are_looked_at_again(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))
    between = iter([lambda: inventory.sync(listing([2] * 8))])

    def once() -> None:
        if act := next(between, None):
            act()

    result = inventory.sync(listing([1, 1, 1, 1, 1, 1, 1, 4], between=once))
    assert counts(result) == (8, 0, 8, 0, 0)
    assert set(inventory.stored().values()) == {"v1", "v4"}


def test_a_listing_that_fails_half_way_changes_nothing_of_what_is_known(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))

    def fails() -> None:
        raise CloudUnavailable("as ordered")

    assert inventory.sync(listing([1] * 8, between=fails)).verdict is Verdict.INCOMPLETE
    assert inventory.live() == 8
    assert not inventory.reads(listing([1] * 8))


def test_a_run_that_is_cancelled_half_way_changes_nothing_of_what_is_known(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))

    def cancelled() -> None:
        raise TaskCancelled

    with pytest.raises(TaskCancelled):
        inventory.sync(listing([1] * 8, between=cancelled))
    assert inventory.live() == 8
    assert not inventory.reads(listing([1] * 8))


def test_a_run_that_is_lost_half_way_leaves_nothing_to_be_recognised(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))

    def dies() -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        inventory.sync(listing([2] * 8, between=dies))
    assert inventory.sync(listing([1] * 8)).updated == 3


def test_a_listing_in_several_invocations_leaves_nothing_to_be_recognised(inventory: Inventory) -> None:
    aside = inventory.run(listing([1] * 8), task_id="long", out_of_time=lambda: True)
    assert isinstance(aside, PutAside)
    assert counts(inventory.sync(listing([1] * 8), task_id="long", checkpoint=aside.checkpoint, first_run=False))[
        :2
    ] == (8, 8)
    assert inventory.reads(listing([1] * 8))


def test_a_recognised_listing_that_is_put_aside_is_gone_on_with_by_comparing(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))
    aside = inventory.run(listing([1] * 8), task_id="long", out_of_time=lambda: True)
    assert isinstance(aside, PutAside)
    found = inventory.sync(listing([1] * 8), task_id="long", checkpoint=aside.checkpoint, first_run=False)
    assert counts(found) == (8, 0, 0, 0, 8)


def test_a_run_that_starts_over_compares(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))
    assert inventory.reads(listing([1] * 8), first_run=False)


def test_a_dry_run_leaves_what_is_known_as_it_is(inventory: Inventory) -> None:
    inventory.sync(listing([1] * 8))
    assert inventory.sync(listing([2] * 8), dry_run=True).updated == 8
    assert not inventory.reads(listing([1] * 8), dry_run=True)
    assert not inventory.reads(listing([1] * 8))


def test_pages_in_another_order_are_the_same_pages_and_an_id_listed_twice_is_still_doubtful(
    inventory: Inventory,
) -> None:
    inventory.sync(listing([1] * 9))
    first, second, third = listing([1] * 9)(None)

    def shuffled(start: str | None) -> Iterator[Page]:
        yield Page(third.assets, "1")
        yield Page(first.assets, "2")
        yield Page(second.assets, None)

    assert not inventory.reads(shuffled)

    def twice(start: str | None) -> Iterator[Page]:
        yield Page(first.assets, "1")
        yield Page(first.assets, "2")
        yield Page(second.assets, None)

    assert inventory.sync(twice).verdict is Verdict.INCOMPLETE
    assert len(inventory.stored()) == 9
