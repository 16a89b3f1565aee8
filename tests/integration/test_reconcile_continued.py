"""A reconciliation that is put aside and taken up again ends like one that was not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import PutAside, Reconciler, Run, ScopeResult, Verdict
from chalicelib.assets.store import AssetStore
from chalicelib.clock import utc_now
from chalicelib.errors import CloudRejected
from chalicelib.providers.base import ListedAsset, Page

SCOPE = Scope("default", "aliyun", 123, "cn-shenzhen", "ecs")
SIZE = 3


@pytest.fixture
def store(database: Database[dict[str, Any]]) -> AssetStore:
    made = AssetStore(database["assets"])
    made.ensure_indexes()
    return made


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


def sync(store: AssetStore, cloud: Cloud, task_id: str, *, pages_an_invocation: int) -> tuple[ScopeResult, int]:
    """The result, and how many invocations it took."""
    checkpoint = None
    for invocation in range(1, 100):
        left = iter([False] * (pages_an_invocation - 1))
        run = Run(task_id, out_of_time=lambda left=left: next(left, True), checkpoint=checkpoint)  # type: ignore[misc]
        found = Reconciler(store, clock=utc_now).reconcile(SCOPE, cloud.pages, run)
        if isinstance(found, ScopeResult):
            return found, invocation
        checkpoint = found.checkpoint
    raise AssertionError("it does not end")


def test_the_counts_and_deletions_are_those_of_an_uninterrupted_sync(store: AssetStore) -> None:
    first, invocations = sync(store, Cloud(*range(20)), "first", pages_an_invocation=2)
    assert (first.total, first.added, invocations) == (20, 20, 4)

    for task_id in ("second", "third"):
        again, _ = sync(store, Cloud(*range(2, 21)), task_id, pages_an_invocation=1)
        assert again.verdict is Verdict.COMPLETE
    assert (again.total, again.added, again.unchanged, again.deleted) == (19, 0, 19, 2)
    assert len([asset for asset in store.snapshot(SCOPE).values() if not asset.deleted]) == 19


def test_an_id_listed_on_both_sides_of_an_interruption_makes_the_listing_doubtful(store: AssetStore) -> None:
    result, _ = sync(store, Cloud(*range(6), 1), "t", pages_an_invocation=1)
    assert (result.verdict, result.total) == (Verdict.INCOMPLETE, 6)


def test_a_token_that_expired_meanwhile_starts_the_listing_over_with_true_counts(store: AssetStore) -> None:
    cloud = Cloud(*range(9))
    aside = Reconciler(store, clock=utc_now).reconcile(SCOPE, cloud.pages, Run("t", out_of_time=lambda: True))
    assert isinstance(aside, PutAside)
    cloud.forgets = True
    result = Reconciler(store, clock=utc_now).reconcile(SCOPE, cloud.pages, Run("t", checkpoint=aside.checkpoint))
    assert isinstance(result, ScopeResult)
    assert (result.verdict, result.total, result.added) == (Verdict.COMPLETE, 9, 9)
    assert cloud.listed == [None, None]


def test_a_checkpoint_holds_eight_bytes_an_asset(store: AssetStore) -> None:
    cloud = Cloud(*range(1000))
    pages = iter([False] * 300)
    run = Run("t", out_of_time=lambda: next(pages, True))
    aside = Reconciler(store, clock=utc_now).reconcile(SCOPE, cloud.pages, run)
    assert isinstance(aside, PutAside)
    assert len(aside.checkpoint["listing"]["seen"]) == 8 * 301 * SIZE
