"""The store and the queue go away in the midst of work."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import pytest
from pymongo.errors import PyMongoError

from tests.faults.census import faults_in, mixed, summary
from tests.faults.conftest import Say
from tests.faults.rig import Job, Rig
from tests.support.conditions import eventually

STORE_KILLS = 3
WORK_BETWEEN_KILLS = 60
"""Runs of tasks."""
QUEUE_OUTAGE_SECONDS = 20
SUBMIT_EVERY_SECONDS = 0.2
CLIENTS = 4
LONGEST_SUBMIT_SECONDS = 10


def test_nothing_acknowledged_is_lost_when_the_store_is_killed_three_times(rig: Rig, say: Say) -> None:
    jobs = mixed(plain=350, failing=40, flaky=60, families=10, children=20, seconds=0.3)
    answers: list[httpx.Response] = []
    begun = time.monotonic()
    with submitting(rig, jobs) as (submitted, failures):
        for _ in range(STORE_KILLS):
            wait_for_work(rig)
            rig.stack.down("mongodb", kill=True)
            answers += [
                ask(rig, "GET", "/tasks"),
                ask(rig, "POST", "/tasks/discover-assets"),
                ask(rig, "GET", "/ready"),
            ]
            rig.stack.up("mongodb")
            eventually(lambda: ask(rig, "GET", "/ready").is_success, within=20)
    rig.wait_until_ended(submitted)
    took = time.monotonic() - begun
    faults = faults_in(rig, submitted)
    refused = sum(answer.status_code == 503 and "Retry-After" in answer.headers for answer in answers)
    say(
        f"{STORE_KILLS} kills in {took:.0f} s; {len(submitted)} submissions acknowledged, {len(failures)} not; "
        f"{refused} of {len(answers)} calls answered 503 with Retry-After; {summary(rig)}; {len(faults)} faults"
    )
    assert not faults
    assert refused == len(answers), [(answer.status_code, answer.text) for answer in answers]


def wait_for_work(rig: Rig) -> None:
    enough = rig.effects.count_documents({}) + WORK_BETWEEN_KILLS
    eventually(lambda: rig.effects.count_documents({}) >= enough, within=60)


def refusing(rig: Rig) -> Callable[[], None]:
    """Nothing listens; the messages that were on their way are lost, too."""
    rig.stack.down("emulator", kill=True)
    return lambda: rig.stack.up("emulator")


def silent(rig: Rig) -> Callable[[], None]:
    """Connections are taken and never answered."""
    pid = rig.stack.pid("emulator")
    assert pid
    os.kill(pid, signal.SIGSTOP)
    return lambda: os.kill(pid, signal.SIGCONT)


@pytest.mark.parametrize("away", [refusing, silent])
def test_everything_submitted_while_the_queue_is_away_is_accepted_and_runs(
    rig: Rig, say: Say, away: Callable[[Rig], Callable[[], None]]
) -> None:
    before = rig.submit_all([Job("plain", {"seconds": 0.5})] * 20)
    bring_back = away(rig)
    try:
        with ThreadPoolExecutor(CLIENTS) as pool:
            until = time.monotonic() + QUEUE_OUTAGE_SECONDS
            clients = [pool.submit(keep_submitting, rig, until) for _ in range(CLIENTS)]
            done = [took for client in clients for took in client.result()]
    finally:
        bring_back()
    accepted = [task_id for task_id, _ in done]
    slowest = max(seconds for _, seconds in done)
    returned = time.monotonic()
    rig.wait_until_ended(accepted)
    found = rig.tasks.count_documents({"_id": {"$in": accepted}})
    ran = rig.tasks.count_documents({"_id": {"$in": accepted}, "started_at": {"$exists": True}})
    say(
        f"away for {QUEUE_OUTAGE_SECONDS} s; {len(accepted)} accepted, none refused, a submit took {slowest:.1f} s at "
        f"most; {found} stored, {ran} run, all ended {time.monotonic() - returned:.1f} s after its return"
    )
    assert found == ran == len(accepted)
    assert rig.tasks.count_documents({"_id": {"$in": before}, "status": "completed"}) == len(before)
    assert rig.tasks.count_documents({"type": "plain", "status": {"$ne": "completed"}}) == 0
    assert slowest < LONGEST_SUBMIT_SECONDS


def keep_submitting(rig: Rig, until: float) -> list[tuple[str, float]]:
    """Over HTTP and in this process by turns; answers the ids with how long each submit took."""
    done: list[tuple[str, float]] = []
    pause = threading.Event()
    while (begun := time.monotonic()) < until:
        if len(done) % 2:
            task_id = rig.submit("plain")
        else:
            answer = ask(rig, "POST", "/tasks/discover-assets")
            assert answer.status_code == 202, answer.text
            task_id = answer.json()["data"]["task_id"]
        done.append((task_id, time.monotonic() - begun))
        pause.wait(SUBMIT_EVERY_SECONDS)
    return done


def ask(rig: Rig, method: str, path: str) -> httpx.Response:
    body = {"provider": "aliyun", "asset_types": ["ecs"], "region": "cn-hangzhou"} if method == "POST" else None
    return httpx.request(method, rig.api + path, json=body, trust_env=False, timeout=30)


@contextmanager
def submitting(rig: Rig, jobs: list[Job]) -> Iterator[tuple[dict[str, Job], list[Job]]]:
    """Submit from another thread, waiting for the end of it on leaving: what was acknowledged, and what was not."""
    acknowledged: dict[str, Job] = {}
    failures: list[Job] = []
    pause = threading.Event()

    def submit() -> None:
        for job in jobs:
            try:
                acknowledged[rig.submit(job.type, **job.body)] = job
            except PyMongoError:
                failures.append(job)
            pause.wait(0.02)

    thread = threading.Thread(target=submit)
    thread.start()
    try:
        yield acknowledged, failures
    finally:
        thread.join()
