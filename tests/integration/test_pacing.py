"""Calls of a cloud, kept together within its limits by workers that share nothing but the store."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from chalicelib.accounts.pacing import Pacer
from chalicelib.errors import TaskCancelled
from tests.support.clock import FakeClock

RATE = 5


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pacer(database: Database[dict[str, Any]], clock: FakeClock) -> Pacer:
    made = Pacer(database["pacing"], clock=clock)
    made.ensure_indexes()
    return made


def test_workers_together_make_no_more_calls_a_second_than_the_cloud_allows(
    database: Database[dict[str, Any]], clock: FakeClock, pacer: Pacer
) -> None:
    clock.advance(0.25)
    turned_away = threading.Semaphore(0)
    next_second = threading.Event()

    def wait(seconds: float) -> None:
        assert seconds == pytest.approx(0.75)
        turned_away.release()
        assert next_second.wait(10)

    def call(_: int) -> None:
        worker = Pacer(database["pacing"], clock=clock)
        worker.pace("default/123", RATE, wait)("cn-shenzhen", "ecs.DescribeInstances")

    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(call, number) for number in range(8)]
        for _ in range(8 - RATE):
            assert turned_away.acquire(timeout=10)
        clock.advance(0.75)
        next_second.set()
        for made in calls:
            made.result(10)


def test_accounts_regions_and_actions_are_paced_apart(pacer: Pacer) -> None:
    def never(seconds: float) -> None:
        raise AssertionError("made to wait")

    for account in ("default/1", "default/2", "other/1"):
        for region in ("a", "b"):
            for action in ("x", "y"):
                pacer.pace(account, 1, never)(region, action)


def test_a_wait_for_a_turn_ends_when_the_task_is_told_to_stop(pacer: Pacer) -> None:
    def cancelled(seconds: float) -> None:
        raise TaskCancelled

    pace = pacer.pace("default/123", 1, cancelled)
    pace("r", "a")
    with pytest.raises(TaskCancelled):
        pace("r", "a")


def test_what_is_counted_is_kept_for_minutes_only(
    database: Database[dict[str, Any]], clock: FakeClock, pacer: Pacer
) -> None:
    pacer.pace("default/123", RATE, lambda seconds: None)("r", "a")
    (window,) = database["pacing"].find()
    assert window["expires_at"] == clock() + timedelta(minutes=2)
    assert "expires_at" in str(database["pacing"].index_information())
