"""Reconciling scopes side by side: the store is asked for one snapshot, and sent two pages, at a time."""

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
    """Keeps the first ``number`` commands of a name on assets from being sent."""

    def __init__(self, command: str, number: int) -> None:
        super().__init__()
        self.command = (command, "assets")
        self.room = threading.Semaphore(number)
        self.begun, self.go_on = threading.Semaphore(0), threading.Event()

    def started(self, event: CommandStartedEvent) -> None:
        super().started(event)
        if (event.command_name, event.command.get(event.command_name)) == self.command and self.room.acquire(
            blocking=False
        ):
            self.begun.release()
            assert self.go_on.wait(WITHIN_SECONDS)


@pytest.mark.parametrize(("command", "at_once", "checks_before"), [("find", 1, 2), ("insert", 2, 4)])
def test_a_run_that_waits_for_its_turn_at_the_store_can_be_cancelled(
    command: str, at_once: int, checks_before: int, mongodb_uri: str, database: Database[dict[str, Any]]
) -> None:
    held = HeldUp(command, at_once)

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
            first = [pool.submit(sync, f"cn-{number}", Run(f"task-{number}")) for number in range(at_once)]
            for _ in first:
                assert held.begun.acquire(timeout=WITHIN_SECONDS)
            checks = iter([*[None] * checks_before, TaskCancelled])
            last = pool.submit(sync, "cn-beijing", Run("last", check=lambda: told_to_stop(next(checks))))
            with pytest.raises(TaskCancelled):
                last.result(WITHIN_SECONDS)
            assert held.sent.count(held.command) == at_once
        finally:
            held.go_on.set()
        results = [each.result(WITHIN_SECONDS) for each in first]
    assert [result.added for result in results if isinstance(result, ScopeResult)] == [1] * at_once
