"""Reconciling scopes side by side: the store is asked for one snapshot at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.monitoring import CommandStartedEvent

from chalicelib.assets.model import Scope
from chalicelib.assets.reconcile import Reconciler
from chalicelib.assets.result import ScopeResult
from chalicelib.assets.run import Run
from chalicelib.assets.scopes import ScopeStore
from chalicelib.assets.store import AssetStore
from chalicelib.clock import utc_now
from chalicelib.errors import TaskCancelled
from chalicelib.providers.base import ListedAsset, Page
from tests.support.commands import CommandCounter

WITHIN_SECONDS = 30


class HeldUp(CommandCounter):
    """Keeps the first search for assets from being sent."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go_on = threading.Event(), threading.Event()

    def started(self, event: CommandStartedEvent) -> None:
        super().started(event)
        if self.sent[-1] == ("find", "assets") and not self.begun.is_set():
            self.begun.set()
            assert self.go_on.wait(WITHIN_SECONDS)


def test_a_run_that_waits_for_the_snapshot_of_another_can_be_cancelled(
    mongodb_uri: str, database: Database[dict[str, Any]]
) -> None:
    held = HeldUp()

    def told_to_stop(end: type[TaskCancelled] | None) -> None:
        if end:
            raise end

    with (
        type(database.client)(mongodb_uri, event_listeners=[held], tz_aware=True) as client,
        ThreadPoolExecutor() as pool,
    ):
        assets, scopes = client[database.name]["assets"], client[database.name]["scopes"]
        reconciler = Reconciler(AssetStore(assets), ScopeStore(scopes), clock=utc_now)

        def sync(region: str, run: Run) -> object:
            listing = iter([Page((ListedAsset("i-1"),), None)])
            return reconciler.reconcile(Scope("default", "aliyun", 1, region, "ecs"), lambda start: listing, run)

        try:
            first = pool.submit(sync, "cn-shenzhen", Run("first"))
            assert held.begun.wait(WITHIN_SECONDS)
            checks = iter([None, TaskCancelled])
            second = pool.submit(sync, "cn-beijing", Run("second", check=lambda: told_to_stop(next(checks))))
            with pytest.raises(TaskCancelled):
                second.result(WITHIN_SECONDS)
            assert held.sent.count(("find", "assets")) == 1
        finally:
            held.go_on.set()
        result = first.result(WITHIN_SECONDS)
    assert isinstance(result, ScopeResult)
    assert result.added == 1
