"""Whatever happens to tasks, what is published of them is the truth; and looking costs the same whatever is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.errors import FatalError, RetryableError
from chalicelib.tasks.buckets import Buckets
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.ended import EndedTasks
from chalicelib.tasks.executor import Child, FanOut, RunResult
from chalicelib.tasks.figures import TypeFigures, count
from chalicelib.tasks.load import LoadGauge
from chalicelib.tasks.model import Task, TaskStatus
from chalicelib.tasks.spans import Span, floor
from chalicelib.tasks.stats import Stats, StatsService
from chalicelib.tasks.store import TaskFilter, TaskStore
from chalicelib.tasks.tallier import LATENESS, Tallier
from chalicelib.tasks.usage import UsageFigures
from tests.integration.conftest import TENANT, TEXT, Framework
from tests.support.clock import FakeClock
from tests.support.commands import CommandCounter
from tests.support.probe import Probe, ProbeParams

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LONG_ENOUGH = LATENESS.total_seconds() + 60


@dataclass
class Counted(Framework):
    """A framework at a clock that stands still, whose ended tasks are counted."""

    database: Database[dict[str, Any]] | None = None

    @property
    def time(self) -> FakeClock:
        assert isinstance(self.clock, FakeClock)
        return self.clock

    @property
    def ended(self) -> EndedTasks:
        assert self.database is not None
        return EndedTasks(self.tasks, self.database["ended"], clock=self.clock)

    @property
    def buckets(self) -> Buckets:
        assert self.database is not None
        return Buckets(self.database["stats"])

    @property
    def store(self) -> TaskStore:
        return TaskStore(self.tasks, self.policy, TEXT, record=self.ended.record)

    @property
    def tallier(self) -> Tallier:
        return Tallier(self.ended, self.buckets, clock=self.clock)

    @property
    def stats(self) -> StatsService:
        gauge = LoadGauge(self.tasks, self.lanes, clock=self.clock)
        return StatsService(gauge, self.ended, self.buckets, clock=self.clock)

    def figures(self) -> TypeFigures:
        """What is told of the last hour, which must be what is told of all time."""
        found = self.stats.window(HOUR).types.get("probe", TypeFigures())
        assert self.stats.totals().types.get("probe", TypeFigures()) == found
        return found

    def run(self, *tasks: Task) -> None:
        self.worker(beat=timedelta(minutes=1)).run([task.id for task in tasks])

    def recover(self) -> None:
        """Send what is stranded and have it run."""
        self.recoverer().run()
        open_ids = [it["_id"] for it in self.tasks.find({"resend_at": {"$exists": True}}, {"_id": 1})]
        self.worker(beat=timedelta(minutes=1)).run(open_ids)


@pytest.fixture
def counted(framework: Framework, database: Database[dict[str, Any]]) -> Counted:
    made = Counted(
        framework.tasks,
        framework.lane_states,
        framework.sqs,
        framework.urls,
        framework.queue,
        clock=FakeClock(),
        database=database,
    )
    made.ended.ensure_indexes()
    made.buckets.ensure_indexes()
    return made


def work(clock: FakeClock, **seconds: float) -> Callable[[ProbeParams, TaskContext], RunResult]:
    """Takes the seconds that the name of the task stands for."""

    def run(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        clock.advance(seconds[params.name])
        return {}

    return run


def counts(found: TypeFigures) -> tuple[int, int, int]:
    return found.completed, found.failed, found.cancelled


def test_durations_and_queue_delays_are_those_of_the_tasks(counted: Counted) -> None:
    counted.probe = Probe(work(counted.time, short=2.0, long=30.0))
    for name, waited in (("short", 1.0), ("long", 5.0), ("short", 9.0)):
        task = counted.submit(name)
        counted.time.advance(waited)
        counted.run(task)
    found = counted.figures()
    assert counts(found) == (3, 0, 0)
    assert (found.duration.count, found.duration.mean) == (3, 34 / 3)
    assert (found.queue_delay.count, found.queue_delay.mean) == (3, 5.0)
    assert found.duration.quantile(0.5) == pytest.approx(2.0, rel=0.045)
    assert found.duration.quantile(0.99) == pytest.approx(30.0, rel=0.045)


def test_retries_and_lost_workers_are_counted_apart_when_the_task_ends(counted: Counted) -> None:
    def fails_once(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        if counted.probe.runs[context.task_id] == 1:
            raise RetryableError("once")
        return {}

    counted.probe = Probe(fails_once)
    task = counted.submit(max_retry=3)
    counted.claim_and_lose(task)
    counted.time.advance(10)
    counted.recover()
    assert counts(counted.figures()) == (0, 0, 0)
    counted.claim_and_lose(task, after=3)
    counted.time.advance(100)
    counted.recover()
    found = counted.figures()
    assert counts(found) == (1, 0, 0)
    assert (found.retries, found.lost_workers) == (1, 2)
    assert counted.get(task).retry_count == 3


def test_a_task_that_costs_too_many_workers_fails_and_each_of_them_is_counted(counted: Counted) -> None:
    task = counted.submit(max_retry=0)
    counted.claim_and_lose(task)
    counted.time.advance(1)
    counted.recover()
    found = counted.figures()
    assert (counts(found), found.retries, found.lost_workers) == ((0, 1, 0), 0, 1)


def test_every_way_to_end_is_counted_also_those_without_a_worker(counted: Counted) -> None:
    def fails(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        raise FatalError("never")

    counted.probe = Probe(fails)
    counted.run(counted.submit())
    counted.service.cancel(TENANT, counted.submit().id)
    for _ in range(3):
        counted.submit("many")
    counted.bulk.cancel(TaskFilter(TENANT, type="probe"), dry_run=False)
    given_up = counted.submit()
    for _ in range(3):
        counted.backlog.given_up(given_up.id, now=counted.clock())
    found = counted.figures()
    assert counts(found) == (0, 2, 4)
    assert found.duration.count == 1  # the only one that ever started


def test_a_parent_and_its_children_are_tasks_each(counted: Counted) -> None:
    def fans_out(params: ProbeParams, context: TaskContext) -> RunResult:
        if params.name != "parent":
            counted.time.advance(1)
            return {}
        return FanOut([Child(str(n), "probe", ProbeParams(name=str(n))) for n in range(4)])

    counted.probe = Probe(fans_out)
    counted.run(counted.submit("parent"))
    load = counted.stats.window(HOUR).load
    assert (load.pending, load.running, load.waiting) == (4, 0, 1)
    counted.time.advance(1)
    counted.recover()
    counted.recover()
    found = counted.figures()
    assert counts(found) == (5, 0, 0)
    load = counted.stats.window(HOUR).load
    assert (load.pending, load.running, load.waiting, load.dead_letters) == (0, 0, 0, 0)


def test_closing_minutes_changes_nothing_of_what_is_told(counted: Counted) -> None:
    counted.probe = Probe(work(counted.time, a=0.4, b=3.0))
    for number in range(12):
        counted.run(counted.submit("ab"[number % 2]))
        counted.time.advance(25)
        before = counted.figures()
        counted.tallier.run()
        assert counted.figures() == before
    assert counts(before) == (12, 0, 0)
    counted.time.advance(LONG_ENOUGH)
    counted.tallier.run()
    assert counted.figures() == before


def test_usage_is_told_the_same_before_and_after_its_minutes_and_hours_are_closed(counted: Counted) -> None:
    """Workers add to minutes only: whoever closes them adds up the hours and the totals."""
    counted.run(counted.submit())  # counting begins
    told: list[tuple[int, float, float | None, int]] = []
    for memory in (100.0, 300.0, 200.0):
        used = UsageFigures(batches=1, busy_seconds=2.5, memory_mib=memory)
        used.calls["aliyun"] += 3
        counted.buckets.add_usage(used, counted.time())
        counted.time.advance(61)

    def tell() -> None:
        found = [counted.stats.window(HOUR).usage, counted.stats.window(DAY).usage, counted.stats.totals().usage]
        told.extend((it.batches, it.busy_seconds, it.memory_mib, it.calls["aliyun"]) for it in found)

    tell()
    counted.time.advance(LONG_ENOUGH)
    counted.tallier.run()
    tell()
    counted.tallier.run()
    tell()
    assert set(told) == {(3, 7.5, 300.0, 9)}
    counted.time.advance(HOUR.total_seconds() + LONG_ENOUGH)
    counted.tallier.run()
    assert counted.stats.totals().usage.calls == {"aliyun": 9}
    counted.tasks.database["stats"].delete_many({"_id": {"$regex": r"^usage\|minute"}})  # as retention does
    of_day = counted.stats.window(DAY).usage
    assert (of_day.batches, of_day.busy_seconds, of_day.memory_mib, of_day.calls["aliyun"]) == (3, 7.5, 300.0, 9)
    assert counted.stats.totals().usage.calls == {"aliyun": 9}


def test_what_was_used_before_anything_had_ended_is_in_the_totals(counted: Counted) -> None:
    counted.buckets.add_usage(UsageFigures(batches=1), counted.time())
    counted.time.advance(3600)
    assert counted.stats.totals().usage.batches == 1
    counted.run(counted.submit())
    assert counted.stats.totals().usage.batches == 1
    counted.time.advance(LONG_ENOUGH)
    counted.tallier.run()
    assert counted.stats.totals().usage.batches == 1


def test_usage_that_a_former_release_added_up_stays_in_the_totals(counted: Counted) -> None:
    counted.tasks.database["stats"].insert_one({"_id": "usage|total", "batches": 5, "calls": {"aliyun": 7}})
    counted.buckets.add_usage(UsageFigures(batches=1), counted.time())
    counted.run(counted.submit())
    found = counted.stats.totals().usage
    assert (found.batches, found.calls["aliyun"]) == (6, 7)


def test_two_talliers_at_once_and_one_that_died_count_once(counted: Counted) -> None:
    counted.probe = Probe(work(counted.time, a=1.0))
    counted.run(counted.submit("a"))
    before = counted.figures()
    counted.time.advance(LONG_ENOUGH)
    closed = counted.buckets.closed()
    assert closed is None
    first = counted.tallier.run()
    known = counted.buckets.closed()
    assert known
    assert not counted.buckets.close(known.since, known.until, known.figures, UsageFigures())
    assert (len(first), counted.tallier.run()) == (1, {})
    # One that died after it had written the minute and before the totals: the next does both again.
    counted.run(counted.submit("a"))
    counted.time.advance(LONG_ENOUGH)
    again = counted.ended.between(known.until, counted.clock()).ended
    minute = floor(again[0].at, Span.MINUTE.length)
    counted.buckets.write_ended(Span.MINUTE, {minute: count(again)})
    counted.tallier.run()
    assert counts(counted.figures()) == (2, 0, 0)
    assert before.completed == 1


@pytest.mark.parametrize("closed", [False, True], ids=["in a minute that is open", "in a closed minute"])
def test_a_failure_counts_although_the_task_is_retried_by_hand_or_deleted(counted: Counted, closed: bool) -> None:
    def fails_first(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        if counted.probe.runs[context.task_id] == 1:
            raise FatalError("no")
        return {}

    counted.probe = Probe(fails_first)
    retried, deleted, dropped = (counted.submit() for _ in range(3))
    counted.run(retried, deleted, dropped)
    if closed:
        counted.time.advance(LONG_ENOUGH)
        counted.tallier.run()
    counted.time.advance(7)
    counted.service.retry(TENANT, retried.id, by="ann")
    counted.time.advance(3)
    counted.run(retried)
    counted.service.delete(TENANT, deleted.id, force=False)
    counted.service.drop_dead_letter(TENANT, dropped.id)
    found = counted.figures()
    assert counts(found) == (1, 3, 0)
    assert found.queue_delay.milliseconds == 3000  # from the retry by hand, not from the submission
    counted.time.advance(LONG_ENOUGH)
    counted.tallier.run()
    assert counted.figures() == found


def test_deleting_a_parent_does_not_uncount_its_children(counted: Counted) -> None:
    def fans_out(params: ProbeParams, context: TaskContext) -> RunResult:
        return {} if params.name != "parent" else FanOut([Child("a", "probe", ProbeParams(name="a"))])

    counted.probe = Probe(fans_out)
    parent = counted.submit("parent")
    counted.run(parent)
    counted.time.advance(1)
    counted.recover()
    counted.recover()
    assert counts(counted.figures()) == (2, 0, 0)
    counted.service.delete(TENANT, parent.id, force=False)
    assert counts(counted.figures()) == (2, 0, 0)


def test_a_series_has_every_step_and_its_sums_are_the_whole(counted: Counted) -> None:
    counted.probe = Probe(work(counted.time, a=2.0))
    for _ in range(5):
        counted.run(counted.submit("a"))
        counted.time.advance(600)
        counted.tallier.run()
    for minutes, steps in ((60, 60), (300, 60), (24 * 60, 24), (7 * 24 * 60, 7 * 24)):
        stats = counted.stats.window(timedelta(minutes=minutes))
        assert len(stats.series) in (steps, steps + 1)
        assert stats.series[0].at == stats.since
        assert sum(point.completed for point in stats.series) == _completed(stats) == 5
        assert {point.mean_duration for point in stats.series} == {None, 2.0}
    assert counted.stats.window(timedelta(minutes=15)).types["probe"].completed == 1


def _completed(stats: Stats) -> int:
    return stats.types["probe"].completed


def test_a_day_with_a_tally_that_stood_still_is_caught_up_and_lost_by_nobody(counted: Counted) -> None:
    counted.probe = Probe(work(counted.time, a=1.0))
    counted.run(counted.submit("a"))
    counted.time.advance(LONG_ENOUGH)
    counted.tallier.run()
    for _ in range(10):
        counted.time.advance(2.2 * 3600)
        counted.run(counted.submit("a"))
    day = timedelta(days=1)
    assert _completed(counted.stats.window(day)) == 11
    counted.time.advance(LONG_ENOUGH)
    assert len(counted.tallier.run()) == 10
    assert _completed(counted.stats.window(day)) == 11
    assert counted.stats.totals().types["probe"].completed == 11


def test_more_than_can_be_read_moves_the_end_of_the_window_and_is_not_told_as_less(counted: Counted) -> None:
    counted.probe = Probe(work(counted.time, a=1.0))
    for _ in range(4):
        counted.run(counted.submit("a"))
    gauge = LoadGauge(counted.tasks, counted.lanes, clock=counted.clock)
    hasty = StatsService(gauge, counted.ended, counted.buckets, clock=counted.clock, most_recent=3)
    told = hasty.window(HOUR)
    assert (_completed(told), told.until) == (2, counted.clock() - timedelta(seconds=1))
    whole = counted.stats.window(HOUR)
    assert (_completed(whole), whole.until) == (4, counted.clock())


def test_a_minute_with_more_than_is_summed_up_at_once_is_summed_up_whole(counted: Counted) -> None:
    counted.probe = Probe(work(counted.time, a=1.0))
    for pause in (0, 0, 0, 0, 50, 50, 50):
        counted.run(counted.submit("a"))
        counted.time.advance(pause)
    counted.time.advance(LONG_ENOUGH)
    small = Tallier(counted.ended, counted.buckets, clock=counted.clock, at_once=2)
    minutes = small.run()
    assert [found["probe"].completed for found in minutes.values()] == [6, 1]
    assert counted.figures().completed == 7


def test_lanes_tell_what_waits_what_runs_and_how_long_the_oldest_has_waited(counted: Counted) -> None:
    oldest = counted.submit(priority=9)
    counted.time.advance(40)
    counted.submit(priority=9)
    held = counted.submit(priority=1)
    counted.claim(held)
    counted.run(failed := counted.submit("x", priority=5))
    load = counted.stats.window(HOUR).load
    high, normal, low = load.lanes
    assert (high.waiting, high.running, high.oldest_seconds) == (2, 0, 40.0)
    assert (normal.waiting, normal.running, normal.oldest_seconds) == (0, 0, None)
    assert (low.waiting, low.running, low.oldest_seconds) == (0, 1, None)
    assert (load.pending, load.running, load.dead_letters) == (2, 1, 0)
    assert counted.get(failed).status is TaskStatus.COMPLETED
    assert counted.get(oldest).status is TaskStatus.PENDING


def test_one_that_is_to_be_retried_later_does_not_wait_yet(counted: Counted) -> None:
    def throttled(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        raise RetryableError("later", retry_after=300)

    counted.probe = Probe(throttled)
    counted.run(counted.submit(max_retry=1))
    lane = counted.stats.window(HOUR).load.lanes[1]
    assert (lane.waiting, lane.oldest_seconds) == (1, None)
    counted.time.advance(310)
    assert counted.stats.window(HOUR).load.lanes[1].oldest_seconds == pytest.approx(10, abs=0.5)


def test_looking_takes_the_same_calls_and_index_scans_however_many_tasks_are_kept(
    counted: Counted, mongodb_uri: str, database: Database[dict[str, Any]]
) -> None:
    counted.run(*(counted.submit() for _ in range(10)))
    old = list(counted.tasks.find())
    for number in range(300):
        at = counted.clock() - timedelta(days=1, seconds=number)
        counted.tasks.insert_one(old[0] | {"_id": f"old-{number}", "completed_at": at})
    counted.tallier.run()
    counter = CommandCounter()
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        counted.database = client[database.name]
        counted.tasks = counted.database["tasks"]
        counted.stats.window(HOUR)
        assert len(counter.sent) <= 10
        explained = counted.tasks.find({"completed_at": {"$gte": counted.clock() - timedelta(minutes=5)}}).explain()
    assert explained["executionStats"]["totalDocsExamined"] == 10
