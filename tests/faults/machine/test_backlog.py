"""A deep backlog is not a stranding: few messages are sent again, and every task runs once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.errors import RetryableError
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.documents import SKEW
from chalicelib.tasks.executor import RunResult
from chalicelib.tasks.ids import new_task_id
from chalicelib.tasks.model import Lane, Lease
from chalicelib.tasks.outcome import Outcome, Retry, Waiting
from chalicelib.tasks.queue import Message
from tests.faults.conftest import Say
from tests.faults.machine.bag import Bag
from tests.integration.conftest import TENANT, Framework
from tests.support.clock import FakeClock
from tests.support.probe import ProbeParams

TASKS = 5000
FEW = 300
MINUTES = 60
BATCH = 10


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def bag(clock: FakeClock) -> Bag:
    return Bag(clock)


@pytest.fixture
def standing(framework: Framework, clock: FakeClock, bag: Bag) -> Framework:
    """A framework whose time only tests move on."""
    policy = replace(framework.policy, patience=timedelta(minutes=2), lease=timedelta(seconds=30), threads=4)
    return replace(framework, clock=clock, queue=bag, policy=policy)


def submit_many(framework: Framework, number: int) -> list[str]:
    """Thousands of tasks as ``submit`` stores and sends them, written in bulk."""
    now = framework.clock()
    template = framework.submit()
    rest = [replace(template, id=new_task_id(now)) for _ in range(number - 1)]
    for start in range(0, len(rest), 500):
        framework.tasks.insert_many([task.to_document() for task in rest[start : start + 500]])
        framework.dispatch.send([Message.of(task) for task in rest[start : start + 500]])
    return [template.id, *(task.id for task in rest)]


def batches(bag: Bag) -> Iterator[list[str]]:
    messages = bag.drain()
    for start in range(0, len(messages), BATCH):
        yield [message.task_id for message in messages[start : start + BATCH]]


@pytest.mark.parametrize(("number", "minutes", "expected"), [(TASKS, 7, [2, 6]), (FEW, MINUTES, [2, 6, 14, 30])])
def test_the_messages_of_a_deep_backlog_are_sent_again_at_growing_intervals_and_each_task_runs_once(
    standing: Framework, clock: FakeClock, bag: Bag, say: Say, number: int, minutes: int, expected: list[int]
) -> None:
    ids = submit_many(standing, number)
    assert bag.sent == number
    sent_at: list[int] = []
    for minute in range(1, minutes + 1):
        clock.advance(60)
        before = bag.sent
        standing.recoverer().run()
        if bag.sent > before:
            sent_at.append(minute)
            assert bag.sent - before == number
    copies = Counter(message.task_id for message in bag.visible())
    assert sent_at == expected
    assert set(copies.values()) == {1 + len(sent_at)}

    worker = standing.worker(beat=timedelta(minutes=1))
    for batch in batches(bag):
        assert worker.run(batch) == set()
    runs = standing.probe.runs
    say(f"{number} tasks, {minutes} minutes: sent again in minutes {sent_at}; {sum(runs.values())} runs")
    assert runs == dict.fromkeys(ids, 1)
    assert standing.tasks.count_documents({"status": "completed"}) == number
    clock.advance(3600)
    before = bag.sent
    standing.recoverer().run()
    assert bag.sent == before


def test_a_paused_lane_is_not_sent_again_and_everything_is_after_it_resumes(
    standing: Framework, clock: FakeClock, bag: Bag, say: Say
) -> None:
    ids = submit_many(standing, FEW)
    lanes = standing.lanes
    lanes.pause(Lane.NORMAL, by="tester")
    assert len(bag.drain()) == FEW, "what a paused lane's consumers receive is dropped"
    for _ in range(MINUTES):
        clock.advance(60)
        standing.recoverer().run()
    assert bag.visible() == []

    lanes.resume(Lane.NORMAL, by="tester")
    clock.advance(1)
    for _ in range(3):
        standing.recoverer().run()
    sent = Counter(message.task_id for message in bag.visible())
    say(f"paused for {MINUTES} minutes: 0 sent; after resuming {len(sent)} tasks, {sum(sent.values())} messages")
    assert sent == Counter(ids)


def test_a_worker_that_knew_of_a_pause_drops_nothing_once_the_lane_was_resumed_elsewhere(standing: Framework) -> None:
    worker, api = standing.lanes, standing.lanes
    api.pause(Lane.NORMAL, by="tester")
    assert worker.paused() == [Lane.NORMAL]
    api.resume(Lane.NORMAL, by="tester")
    assert worker.paused() == []


@pytest.mark.parametrize("how", ["claimed", "renewed", "waiting", "retried late"])
def test_what_is_sent_again_is_due_for_a_worker_whose_clock_is_a_little_behind(
    standing: Framework, clock: FakeClock, bag: Bag, how: str
) -> None:
    task = standing.submit(max_retry=1)
    bag.drain()
    (claimed,) = standing.claim(task)
    assert claimed.lease
    if how == "renewed":
        standing.claims.renew(claimed.lease.token, {task.id: None}, until=clock() + timedelta(minutes=1))
    outcomes: dict[str, Outcome] = {
        "waiting": Waiting(None, 1),
        "retried late": Retry("busy", timedelta(minutes=20), 1),
    }
    if how in outcomes:
        standing.claims.settle(claimed.lease.token, [(claimed, outcomes[how])], now=clock())
    while not bag.visible():
        clock.advance(0.1)
        standing.recoverer().run()
    clock.advance(-0.4)
    assert standing.claim(task), "its message would be dropped, and the next comes minutes later"


def test_resuming_a_lane_leaves_alone_what_runs_and_what_waits_to_be_retried(
    standing: Framework, clock: FakeClock, bag: Bag
) -> None:
    later = RetryableError("busy", retry_after=1200)

    def refuse(params: ProbeParams, context: TaskContext) -> RunResult:
        raise later

    standing.probe.work = refuse
    delayed, running, fresh = (standing.submit(max_retry=3) for _ in range(3))
    standing.worker().run([delayed.id])
    now = clock()
    standing.claims.claim([running.id], Lease("w", "t"), now=now, until=now + timedelta(seconds=30))
    bag.drain()
    standing.lanes.pause(Lane.NORMAL, by="tester")
    clock.advance(2)
    standing.lanes.resume(Lane.NORMAL, by="tester")
    standing.recoverer().run()
    assert [message.task_id for message in bag.visible()] == [fresh.id]
    clock.advance(1200 + SKEW.total_seconds())
    standing.recoverer().run()
    assert delayed.id in {message.task_id for message in bag.visible()}, "sent again as soon as it is due"
    assert standing.service.get(TENANT, delayed.id).retry_count == 1
