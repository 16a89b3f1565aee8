"""Reconciling a scope on the real store: true counts, no write without a difference, nothing deleted on doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chalicelib.assets.filter import AssetFilter
from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.result import ScopeResult, Verdict
from chalicelib.assets.run import Run
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import ASSET_RETENTION, AssetStore
from chalicelib.clock import utc_now
from chalicelib.errors import CloudUnavailable, LeaseLost
from chalicelib.providers.base import ListedAsset, Page
from tests.support.commands import CommandCounter

SCOPE = Scope("default", "aliyun", 123, "cn-shenzhen", "ecs")
LIVE = AssetFilter("default")


def machines(count: int, **changes: Any) -> list[ListedAsset]:
    return [
        ListedAsset(f"i-{number}", name=f"web {number}", attributes={"cpu": 4}, **changes) for number in range(count)
    ]


def pages(assets: Sequence[ListedAsset], *, size: int = 4, total: int | None = None) -> Iterator[Page]:
    for start in range(0, max(len(assets), 1), size):
        more = str(start + size) if start + size < len(assets) else None
        yield Page(tuple(assets[start : start + size]), more, total)


class Inventory:
    def __init__(self, store: AssetStore, scopes: ScopeStore) -> None:
        self.store = store
        self.scopes = scopes
        self.trusted = timedelta(days=1)
        self.syncs = 0

    def sync(self, listing: Iterator[Page], *, task_id: str | None = None, **options: Any) -> ScopeResult:
        self.syncs += 1
        result = Reconciler(self.store, self.scopes, clock=utc_now, trusted=self.trusted).reconcile(
            options.pop("scope", SCOPE), lambda start: listing, Run(task_id or f"task-{self.syncs}", **options)
        )
        assert isinstance(result, ScopeResult)
        return result

    def live(self) -> set[str]:
        return {asset.fields["native_id"] for asset in self.store.find(LIVE, limit=1000, offset=0)}


@pytest.fixture
def inventory(database: Database[dict[str, Any]]) -> Inventory:
    store = AssetStore(database["assets"])
    store.ensure_indexes()
    return Inventory(store, ScopeStore(database["scopes"]))


def counts(result: ScopeResult) -> tuple[int, int, int, int, int]:
    return result.total, result.added, result.updated, result.deleted, result.unchanged


def test_first_sync_adds_and_the_next_finds_everything_unchanged(inventory: Inventory) -> None:
    assert counts(inventory.sync(pages(machines(10), total=10))) == (10, 10, 0, 0, 0)
    assert counts(inventory.sync(pages(machines(10), total=10))) == (10, 0, 0, 0, 10)


def test_an_unchanged_sync_neither_reads_nor_writes_assets(
    mongodb_uri: str, database: Database[dict[str, Any]], inventory: Inventory
) -> None:
    inventory.sync(pages(machines(10)))
    counter = CommandCounter()
    with type(database.client)(mongodb_uri, event_listeners=[counter], tz_aware=True) as listened:
        watched = Inventory(
            AssetStore(listened[database.name]["assets"]), ScopeStore(listened[database.name]["scopes"])
        )
        assert counts(watched.sync(pages(machines(10)), task_id="again")) == (10, 0, 0, 0, 10)
    assert counter.sent == [("find", "scopes"), ("update", "scopes")]


def test_a_changed_asset_is_updated_and_keeps_when_it_was_first_seen(inventory: Inventory) -> None:
    inventory.sync(pages(machines(5)))
    before = inventory.store.get("default", SCOPE.asset_id("i-2"))
    changed = machines(5)
    changed[2] = replace(changed[2], status="Stopped")
    assert counts(inventory.sync(pages(changed))) == (5, 0, 1, 0, 4)
    after = inventory.store.get("default", SCOPE.asset_id("i-2"))
    assert before is not None
    assert after is not None
    assert after.fields["status"] == "Stopped"
    assert after.first_seen_at == before.first_seen_at
    assert after.changed_by_task == "task-2"


def test_the_order_of_keys_and_tags_is_no_change(inventory: Inventory) -> None:
    inventory.sync(pages([ListedAsset("i-1", tags={"a": "1", "b": "2"}, attributes={"x": {"p": 1, "q": 2}})]))
    same = [ListedAsset("i-1", tags={"b": "2", "a": "1"}, attributes={"x": {"q": 2, "p": 1}})]
    assert counts(inventory.sync(pages(same))) == (1, 0, 0, 0, 1)


def test_an_asset_is_deleted_after_it_is_missing_from_two_complete_listings(inventory: Inventory) -> None:
    inventory.sync(pages(machines(10)))
    once = inventory.sync(pages(machines(9)))
    assert (once.deleted, once.missing, len(inventory.live())) == (0, 1, 10)
    twice = inventory.sync(pages(machines(9)))
    assert (twice.deleted, twice.missing, len(inventory.live())) == (1, 0, 9)
    tombstone = inventory.store.get("default", SCOPE.asset_id("i-9"))
    assert tombstone is not None
    assert tombstone.deleted_at is not None
    assert counts(inventory.sync(pages(machines(9)))) == (9, 0, 0, 0, 9)


def test_a_deleted_asset_expires_after_the_retention_unless_it_comes_back(
    inventory: Inventory, database: Database[dict[str, Any]]
) -> None:
    for shown in (10, 9, 9):
        inventory.sync(pages(machines(shown)))
    (tombstone,) = database["assets"].find({"deleted_at": {"$ne": None}})
    assert tombstone["expires_at"] == tombstone["deleted_at"] + ASSET_RETENTION
    inventory.sync(pages(machines(10)))
    assert database["assets"].count_documents({"native_id": "i-9", "expires_at": None}) == 1


def test_an_asset_seen_between_two_misses_is_kept(inventory: Inventory) -> None:
    inventory.sync(pages(machines(10)))
    for shown in (9, 10, 9):
        inventory.sync(pages(machines(shown)))
    assert len(inventory.live()) == 10


def test_a_deleted_asset_that_comes_back_is_added_again(inventory: Inventory) -> None:
    for shown in (10, 9, 9):
        inventory.sync(pages(machines(shown)))
    assert counts(inventory.sync(pages(machines(10)))) == (10, 1, 0, 0, 9)
    assert len(inventory.live()) == 10


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_listing_that_lost_much_of_its_scope_is_held_until_confirmed(inventory: Inventory, confirmed: bool) -> None:
    inventory.sync(pages(machines(10)))
    for _ in range(3):
        result = inventory.sync(pages(machines(6)), confirm_deletions=confirmed)
    assert result.verdict is (Verdict.COMPLETE if confirmed else Verdict.HELD)
    assert len(inventory.live()) == (6 if confirmed else 10)
    assert confirmed or "confirm_deletions" in result.reason


def test_an_empty_answer_deletes_nothing(inventory: Inventory) -> None:
    """Some clouds answer an empty list to a caller without rights."""
    inventory.sync(pages(machines(10)))
    for _ in range(3):
        assert inventory.sync(pages([])).verdict is Verdict.HELD
    assert len(inventory.live()) == 10


@pytest.mark.parametrize("probe", [False, True], ids=["promised", "asked for to see the end"])
def test_an_empty_last_page_where_more_was_promised_deletes_nothing_until_confirmed(
    inventory: Inventory, probe: bool
) -> None:
    inventory.sync(pages(machines(10)))

    def broken_off() -> Iterator[Page]:
        yield Page(tuple(machines(9)), "2")
        yield Page((), None, probe=probe)

    for _ in range(3):
        result = inventory.sync(broken_off())
    if not probe:
        assert (result.verdict, len(inventory.live())) == (Verdict.HELD, 10)
        assert "the last page was empty although more was to follow" in result.reason
        for _ in range(2):
            inventory.sync(broken_off(), confirm_deletions=True)
    assert len(inventory.live()) == 9
    assert inventory.sync(broken_off()).verdict is Verdict.COMPLETE


def test_a_listing_that_fails_half_way_writes_what_it_saw_and_deletes_nothing(inventory: Inventory) -> None:
    inventory.sync(pages(machines(10)))

    def failing() -> Iterator[Page]:
        yield Page((ListedAsset("i-new"),), "2")
        raise CloudUnavailable("ServiceUnavailable: try later")

    for _ in range(3):
        result = inventory.sync(failing())
    assert (result.verdict, result.reason) == (Verdict.INCOMPLETE, "ServiceUnavailable: try later")
    assert isinstance(result.error, CloudUnavailable)
    assert len(inventory.live()) == 11


@pytest.mark.parametrize(
    ("listing", "reason"),
    [
        (lambda: pages(machines(9), total=10), "announced 10 assets and listed 9"),
        (lambda: pages([*machines(8), *machines(1)]), "1 ids were listed more than once"),
    ],
    ids=["wrong total", "duplicate id"],
)
def test_a_doubtful_listing_deletes_nothing(inventory: Inventory, listing: Any, reason: str) -> None:
    inventory.sync(pages(machines(10)))
    for _ in range(3):
        result = inventory.sync(listing())
        assert result.verdict is Verdict.INCOMPLETE
        assert reason in result.reason
    assert len(inventory.live()) == 10


def test_other_scopes_are_never_touched(inventory: Inventory) -> None:
    others = [
        replace(SCOPE, account_id=124),
        replace(SCOPE, region="cn-beijing"),
        replace(SCOPE, type="disk"),
        replace(SCOPE, tenant="other"),
    ]
    for scope in [*others, SCOPE]:
        assert inventory.sync(pages(machines(3)), scope=scope).added == 3
    for _ in range(2):
        inventory.sync(pages([]), confirm_deletions=True)
    assert {scope: len(inventory.store.snapshot(scope)) for scope in others} == dict.fromkeys(others, 3)
    assert inventory.store.count(LIVE) == 9


def test_a_run_that_starts_over_counts_what_it_had_written_before(inventory: Inventory) -> None:
    inventory.sync(pages(machines(6)))
    listing = [replace(asset, status="Stopped") if asset.native_id == "i-0" else asset for asset in machines(10)]

    def lost() -> Iterator[Page]:
        yield from list(pages(listing))[:2]
        raise ConnectionError("the worker is gone")

    with pytest.raises(ConnectionError):
        inventory.sync(lost(), task_id="same")
    assert counts(inventory.sync(pages(listing), task_id="same", fence="2", first_run=False)) == (10, 4, 1, 0, 5)


def test_a_worker_that_may_not_write_any_more_writes_nothing(inventory: Inventory) -> None:
    def lost() -> None:
        raise LeaseLost

    with pytest.raises(LeaseLost):
        inventory.sync(pages(machines(4)), check=lost)
    assert inventory.live() == set()


def test_an_overtaken_worker_does_not_overwrite_what_the_next_one_wrote(inventory: Inventory) -> None:
    inventory.sync(pages(machines(1)))

    def overtaken() -> Iterator[Page]:
        newer = [replace(machines(1)[0], status="Running")]
        inventory.sync(pages(newer), task_id="successor")
        yield from pages([replace(machines(1)[0], status="Stale")])

    inventory.sync(overtaken(), task_id="zombie")
    after = inventory.store.get("default", SCOPE.asset_id("i-0"))
    assert after is not None
    assert (after.fields["status"], after.changed_by_task) == ("Running", "successor")


def test_a_run_that_was_shut_out_writes_nothing_whenever_its_writes_arrive(inventory: Inventory) -> None:
    """Frozen between its last check and its write, which no check can prevent."""
    inventory.trusted = timedelta(0)
    inventory.sync(pages(machines(2)), task_id="t", fence="zombie")

    def taken_over() -> Iterator[Page]:
        yield from pages(machines(2))
        inventory.sync(pages(machines(3)), task_id="t", fence="successor", first_run=False)
        yield Page((ListedAsset("i-ghost"), ListedAsset("i-0", name="stale")), None)

    with pytest.raises(LeaseLost):
        inventory.sync(taken_over(), task_id="t", fence="zombie")
    assert inventory.live() == {"i-0", "i-1", "i-2"}
    inventory.sync(pages(machines(4)), task_id="another", fence="other")
    assert len(inventory.live()) == 4


def test_names_words_ids_and_addresses_are_found_by_their_beginning(inventory: Inventory) -> None:
    inventory.sync(pages([ListedAsset("i-Bp1x", name="Prod-Web 01", ips=("10.1.2.3",)), ListedAsset("i-other")]))

    def found(q: str) -> int:
        return inventory.store.count(AssetFilter("default", q=q))

    assert [found(q) for q in ("prod", "WEB", "web 01", "01", "i-bp", "10.1.", "eb")] == [1, 1, 1, 1, 1, 1, 0]
    assert found(".*") == 0


def test_a_listing_that_a_lost_run_of_the_same_task_had_marked_is_one_miss_and_not_two(inventory: Inventory) -> None:
    inventory.sync(pages(machines(10)))
    assert inventory.sync(pages(machines(9)), task_id="t").missing == 1
    again = inventory.sync(pages(machines(9)), task_id="t", fence="second", first_run=False)
    assert (again.missing, again.deleted) == (1, 0)
    assert len(inventory.live()) == 10
    assert inventory.sync(pages(machines(9)), task_id="next").deleted == 1
