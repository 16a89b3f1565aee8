"""Fanning out, joining, cancelling families; going on in another invocation."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from chalicelib.clock import utc_now
from chalicelib.errors import Conflict, FatalError, RetryableError, TaskNotFound
from chalicelib.tasks.aftermath import Aftermath
from chalicelib.tasks.children import Children
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.documents import SKEW
from chalicelib.tasks.executor import Child, ChildResult, Continue, FanOut, RunResult
from chalicelib.tasks.model import Task, TaskEvent, TaskStatus
from chalicelib.tasks.queue import SqsTaskQueue
from chalicelib.tasks.runner import TaskRunner
from chalicelib.tasks.store import TaskFilter
from chalicelib.tasks.worker import Worker
from tests.integration.conftest import TENANT, TEXT, Framework
from tests.support.clock import FakeClock
from tests.support.conditions import eventually
from tests.support.probe import Probe, ProbeParams, table, until_stopped


def family(size: int) -> Callable[[ProbeParams, TaskContext | None], RunResult]:
    """Work that fans out when it is named «parent»; a child named «bad» fails."""

    def work(params: ProbeParams, context: TaskContext | None) -> RunResult:
        if params.name == "parent":
            names = ["bad" if number == 0 else f"child {number}" for number in range(size)]
            return FanOut([Child(name, "probe", ProbeParams(name=name)) for name in names], state={"kept": 1})
        if params.name == "bad":
            raise FatalError("bad child")
        return {"did": params.name}

    return work


def join(children: Sequence[ChildResult], context: TaskContext) -> Mapping[str, Any]:
    return {
        "completed": sorted(child.params["name"] for child in children if child.result),
        "errors": [child.error for child in children if child.error],
        "state": dict(context.checkpoint or {}),
    }


@pytest.fixture(autouse=True)
def _parents(framework: Framework) -> None:
    framework.probe.work = family(4)
    framework.probe.joined = join


def children_of(framework: Framework, parent: Task) -> list[Task]:
    return framework.store.newest(TaskFilter(TENANT, parent_id=parent.id), limit=100)


def work_all(framework: Framework, limit: int = 20) -> None:
    """Run whatever is in the queue until it is empty."""
    for _ in range(limit):
        bodies = framework.take_messages()
        if not bodies:
            return
        framework.worker().run([json.loads(body)["task_id"] for body in bodies])
    raise AssertionError("the queue does not become empty")


def test_a_parent_waits_for_its_children_and_joins_once_with_failures_told(framework: Framework) -> None:
    parent = framework.submit("parent")
    framework.worker().run([parent.id])
    waiting = framework.get(parent)
    assert (waiting.status, waiting.lease, waiting.waiting) == (TaskStatus.RUNNING, None, True)
    assert {child.status for child in children_of(framework, parent)} == {TaskStatus.PENDING}

    work_all(framework)
    ended = framework.get(parent)
    assert ended.status is TaskStatus.COMPLETED
    assert ended.result == {
        "completed": ["child 1", "child 2", "child 3"],
        "errors": ["bad child"],
        "state": {"kept": 1},
    }
    assert framework.probe.joins == {parent.id: 1}


def test_children_are_hidden_from_lists_unless_asked_for(framework: Framework) -> None:
    parent = framework.submit("parent")
    framework.worker().run([parent.id])
    assert framework.store.count(TaskFilter(TENANT)) == 1
    assert framework.store.count(TaskFilter(TENANT, children=True)) == 5
    assert framework.store.count(TaskFilter(TENANT, parent_id=parent.id)) == 4


def test_a_parent_that_dies_while_fanning_out_adds_what_is_missing_and_nothing_twice(framework: Framework) -> None:
    clock = FakeClock()
    framework.clock = clock
    parent = framework.submit("parent", max_retry=1)
    (claimed,) = framework.claim(parent)
    outcome = family(2)(ProbeParams(name="parent"), None)
    assert isinstance(outcome, FanOut)
    assert framework.children.fan_out(claimed, outcome.children) == 2
    first = {child.id for child in children_of(framework, parent)}

    clock.advance(10)
    framework.worker().run([parent.id])
    after = {child.id for child in children_of(framework, parent)}
    assert first < after
    assert len(after) == 4


def test_the_progress_of_a_waiting_parent_is_that_of_its_children(framework: Framework) -> None:
    parent = framework.submit("parent")
    framework.worker().run([parent.id])
    assert framework.get(parent).progress == 0
    ids = [child.id for child in children_of(framework, parent) if child.params["name"] != "bad"]
    framework.worker().run(ids[:2])
    assert framework.get(parent).progress == 50
    (listed,) = framework.service.find(TaskFilter(TENANT), limit=5).tasks
    assert listed.progress == 50


def test_heavy_children_are_more_of_the_progress_of_their_parent(framework: Framework) -> None:
    brood = [Child(name, "probe", ProbeParams(name=name), weight) for name, weight in (("light", 1), ("heavy", 9))]
    framework.probe.work = lambda params, context: FanOut(brood) if params.name == "parent" else {}
    parent = framework.submit("parent")
    framework.worker().run([parent.id])
    seen = []
    for name in ("light", "heavy"):
        (child,) = (child for child in children_of(framework, parent) if child.params["name"] == name)
        framework.worker().run([child.id])
        seen.append(framework.get(parent).progress)
    assert seen == [10, 100]


def half_done(framework: Framework) -> Task:
    """A parent that waits, with one child of two completed."""
    parent = framework.submit("parent", max_retry=1, timeout_seconds=30)
    framework.worker().run([parent.id])
    framework.worker().run([children_of(framework, parent)[0].id])
    assert framework.get(parent).progress == 50
    return parent


def cancelled_at_the_call(framework: Framework, parent: Task) -> None:
    framework.service.cancel(TENANT, parent.id)


def cancelled_in_bulk(framework: Framework, parent: Task) -> None:
    framework.bulk.cancel(TaskFilter(TENANT), dry_run=False)


def cancelled_with_its_last_child(framework: Framework, parent: Task) -> None:
    last = next(child for child in children_of(framework, parent) if not child.status.ended)
    framework.probe.work = until_stopped
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(framework.worker().run, [last.id])
        eventually(lambda: framework.get(last).started_at)
        framework.service.cancel(TENANT, parent.id)
        batch.result(10)


def cancelled_by_its_worker(framework: Framework, parent: Task) -> None:
    framework.store.request_cancel({"_id": parent.id}, now=framework.clock())
    framework.tasks.update_one({"_id": parent.id}, {"$set": {"due_at": framework.clock()}})
    framework.worker().run([parent.id])


def timed_out(framework: Framework, parent: Task) -> None:
    framework.clock = lambda: utc_now() + timedelta(seconds=60)
    framework.worker().run([parent.id])


@pytest.mark.parametrize(
    "end",
    [cancelled_at_the_call, cancelled_in_bulk, cancelled_with_its_last_child, cancelled_by_its_worker, timed_out],
)
def test_the_progress_of_a_parent_that_does_not_complete_stays_where_its_children_had_brought_it(
    framework: Framework, end: Callable[[Framework, Task], None]
) -> None:
    brood = [Child(name, "probe", ProbeParams(name=name)) for name in ("a", "b")]
    framework.probe.work = lambda params, context: FanOut(brood) if params.name == "parent" else {}
    parent = half_done(framework)
    end(framework, parent)
    ended = framework.get(parent)
    assert (ended.status.ended, ended.progress) == (True, 50)


def test_the_progress_of_a_parent_stays_while_its_join_waits_to_be_retried_and_when_the_queue_gives_it_up(
    framework: Framework,
) -> None:
    def busy(children: Sequence[ChildResult], context: TaskContext) -> Mapping[str, Any]:
        raise RetryableError("busy", retry_after=60)

    framework.probe.work = lambda params, context: (
        FanOut([Child("one", "probe", ProbeParams(name="one"))]) if params.name == "parent" else {}
    )
    framework.probe.joined = busy
    parent = framework.submit("parent", max_retry=1)
    work_all(framework)
    retried = framework.get(parent)
    assert (retried.status, retried.progress) == (TaskStatus.PENDING, 100)
    for _ in range(3):
        framework.backlog.given_up(parent.id, now=utc_now())
        framework.children.buried(parent.id)
    buried = framework.get(parent)
    assert (buried.status, buried.progress) == (TaskStatus.FAILED, 100)


@pytest.mark.parametrize("weight", [0, -1])
def test_a_child_without_weight_is_refused(weight: int) -> None:
    with pytest.raises(ValueError, match="use 1 or more"):
        Child("a", "probe", ProbeParams(), weight)


def test_cancelling_a_parent_cancels_its_children_and_ends_when_the_last_has_stopped(framework: Framework) -> None:
    started = threading.Event()

    def work(params: ProbeParams, context: TaskContext) -> RunResult:
        if params.name != "child 1":
            return family(4)(params, context)
        started.set()
        return until_stopped(params, context)

    framework.probe.work = work
    parent = framework.submit("parent")
    framework.worker().run([parent.id])
    running = next(child for child in children_of(framework, parent) if child.params["name"] == "child 1")
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(framework.worker().run, [running.id])
        assert started.wait(10)
        framework.service.cancel(TENANT, parent.id)
        batch.result(10)
    statuses = {child.status for child in children_of(framework, parent)}
    assert statuses == {TaskStatus.CANCELLED}
    work_all(framework)
    assert framework.get(parent).status is TaskStatus.CANCELLED


def test_a_cancellation_that_meets_a_parent_in_the_midst_of_fanning_out_reaches_the_children(
    framework: Framework,
) -> None:
    def work(params: ProbeParams, context: TaskContext) -> RunResult:
        framework.service.cancel(TENANT, context.task_id)
        return family(4)(params, context)

    framework.probe.work = work
    parent = framework.submit("parent")
    framework.take_messages()
    framework.worker(beat=timedelta(minutes=1)).run([parent.id])
    framework.probe.work = family(4)
    framework.worker().run([parent.id])
    work_all(framework)
    assert framework.get(parent).status is TaskStatus.CANCELLED
    assert {child.status for child in children_of(framework, parent)} == {TaskStatus.CANCELLED}


def test_cancelling_reaches_the_children_of_children_at_once(framework: Framework) -> None:
    def work(params: ProbeParams, context: TaskContext) -> RunResult:
        below = {"top": "middle", "middle": "leaf"}.get(params.name)
        return FanOut([Child("one", "probe", ProbeParams(name=below))]) if below else until_stopped(params, context)

    framework.probe.work = work
    top = framework.submit("top")
    framework.take_messages()
    framework.worker().run([top.id])
    (middle,) = children_of(framework, top)
    framework.worker().run([middle.id])
    framework.take_messages()
    framework.service.cancel(TENANT, top.id)
    work_all(framework)
    assert [framework.get(task).status for task in (top, middle)] == [TaskStatus.CANCELLED] * 2
    assert [task.status for task in children_of(framework, middle)] == [TaskStatus.CANCELLED]


@pytest.mark.parametrize("max_retry", [0, 1])
def test_a_parent_that_fails_or_is_cancelled_while_it_fans_out_leaves_no_child_running(
    framework: Framework, max_retry: int
) -> None:
    started = threading.Event()

    def work(params: ProbeParams, context: TaskContext) -> RunResult:
        if params.name == "child":
            started.set()
            return until_stopped(params, context)
        (parent,) = framework.store.newest(TaskFilter(TENANT), limit=1)
        framework.children.fan_out(parent, [Child("one", "probe", ProbeParams(name="child"))])
        batches.append(pool.submit(framework.worker().run, [children_of(framework, parent)[0].id]))
        assert started.wait(10)
        if max_retry:
            framework.store.request_cancel({"_id": parent.id}, now=framework.clock())
        raise RetryableError("the store went away in the midst of fanning out")

    framework.probe.work = work
    batches: list[Future[set[str]]] = []
    with ThreadPoolExecutor(1) as pool:
        parent = framework.submit("parent", max_retry=max_retry)
        framework.worker(beat=timedelta(minutes=1)).run([parent.id])
        batches[0].result(10)
    assert framework.get(parent).status is (TaskStatus.CANCELLED if max_retry else TaskStatus.FAILED)
    assert [child.status for child in children_of(framework, parent)] == [TaskStatus.CANCELLED]


def test_a_parent_that_nobody_woke_looks_for_its_children_itself(framework: Framework) -> None:
    clock = FakeClock()
    framework.clock = clock
    parent = framework.submit("parent")
    framework.worker().run([parent.id])
    framework.tasks.update_many(
        {"parent_id": parent.id},
        {"$set": {"status": "completed", "result": {}}, "$unset": {"due_at": "", "resend_at": ""}},
    )
    framework.take_messages()
    clock.advance((framework.policy.recheck + SKEW).total_seconds())
    assert framework.recoverer().run().sent == 1
    work_all(framework)
    assert framework.get(parent).status is TaskStatus.COMPLETED


def test_looks_of_a_waiting_parent_leave_its_timeline_alone_and_the_join_is_told(framework: Framework) -> None:
    clock = FakeClock()
    framework.clock = clock
    parent = framework.submit("parent", timeout_seconds=86400)
    framework.worker().run([parent.id])
    told = [entry.event for entry in framework.get(parent).timeline]
    assert told == [TaskEvent.SUBMITTED, TaskEvent.STARTED, TaskEvent.FANNED_OUT]
    for _ in range(40):
        clock.advance(61)
        framework.worker().run([parent.id])
    assert [entry.event for entry in framework.get(parent).timeline] == told
    work_all(framework)
    after = [entry.event for entry in framework.get(parent).timeline]
    assert after == [*told, TaskEvent.STARTED, TaskEvent.COMPLETED]


def test_children_have_as_many_retries_as_was_asked_for_their_parent_unless_they_are_of_another_type(
    framework: Framework,
) -> None:
    other = Probe()
    other.max_retry = 5
    executors = table(probe=framework.probe, other=other)
    parent = framework.submit("parent", max_retry=2)
    children = Children(
        framework.tasks, framework.dispatch, executors, policy=framework.policy, clock=framework.clock, texts=TEXT
    )
    children.fan_out(parent, [Child(name, name, ProbeParams()) for name in ("probe", "other")])
    assert {child.type: child.max_retry for child in children_of(framework, parent)} == {"probe": 2, "other": 5}


def test_a_parent_that_times_out_cancels_its_children(framework: Framework) -> None:
    clock = FakeClock()
    framework.clock = clock
    parent = framework.submit("parent", timeout_seconds=30)
    framework.worker().run([parent.id])
    clock.advance(30)
    framework.worker().run([parent.id])
    assert "timed out" in framework.get(parent).error
    assert {child.status for child in children_of(framework, parent)} == {TaskStatus.CANCELLED}


def test_a_parent_retried_by_hand_has_new_children_and_a_child_is_not_retried_alone(framework: Framework) -> None:
    parent = framework.submit("parent")
    framework.worker().run([parent.id])
    old = {child.id for child in children_of(framework, parent)}
    framework.service.cancel(TENANT, parent.id)
    work_all(framework)
    with pytest.raises(Conflict, match=parent.id):
        framework.service.retry(TENANT, next(iter(old)), by="ann")

    framework.service.retry(TENANT, parent.id, by="ann")
    work_all(framework)
    assert framework.get(parent).status is TaskStatus.COMPLETED
    assert len({child.id for child in children_of(framework, parent)} - old) == 4


def test_a_parent_retried_by_hand_does_not_wait_for_children_of_its_former_run(framework: Framework) -> None:
    clock = FakeClock()
    framework.clock = clock
    parent = framework.submit("parent", timeout_seconds=30)
    framework.worker().run([parent.id])
    framework.claim(children_of(framework, parent)[0])
    clock.advance(30)
    framework.worker().run([parent.id])
    assert framework.get(parent).status is TaskStatus.FAILED
    framework.take_messages()
    framework.service.retry(TENANT, parent.id, by="ann")
    work_all(framework)
    assert framework.get(parent).status is TaskStatus.COMPLETED


def test_a_child_is_not_deleted_alone(framework: Framework) -> None:
    parent = framework.submit("parent")
    framework.worker().run([parent.id])
    work_all(framework)
    child = children_of(framework, parent)[0]
    for force in (False, True):
        with pytest.raises(Conflict, match=f"delete {parent.id}"):
            framework.service.delete(TENANT, child.id, force=force)
    assert len(children_of(framework, parent)) == 4


def test_children_are_stored_when_the_queue_is_down_and_sent_at_the_next_pass(framework: Framework) -> None:
    parent = framework.submit("parent")
    framework.take_messages()
    nowhere = SqsTaskQueue(framework.sqs, dict.fromkeys(framework.urls, framework.urls[parent.lane] + "-gone"))
    replace(framework, queue=nowhere).worker().run([parent.id])
    assert framework.messages() == 0
    assert framework.recoverer().run().sent == 4
    work_all(framework)
    assert framework.get(parent).status is TaskStatus.COMPLETED


def test_deleting_a_parent_takes_its_children_along(framework: Framework) -> None:
    parent = framework.submit("parent")
    framework.worker().run([parent.id])
    framework.service.delete(TENANT, parent.id, force=True)
    assert framework.tasks.count_documents({}) == 0


def test_dropping_a_dead_letter_takes_its_children_along(framework: Framework) -> None:
    parent = framework.submit("parent", timeout_seconds=1)
    framework.worker().run([parent.id])
    framework.clock = lambda: utc_now() + timedelta(seconds=2)
    framework.worker().run([parent.id])
    work_all(framework)
    assert framework.get(parent).status is TaskStatus.FAILED
    framework.service.drop_dead_letter(TENANT, parent.id)
    assert framework.tasks.count_documents({}) == 0
    with pytest.raises(TaskNotFound):
        framework.service.drop_dead_letter(TENANT, parent.id)


def counting(pages: int, clock: FakeClock, seconds: float) -> Any:
    """Work of ``pages`` pages of ``seconds`` each that goes on from its checkpoint."""

    def work(params: ProbeParams, context: TaskContext) -> RunResult:
        done = list((context.checkpoint or {}).get("done", ()))
        while len(done) < pages:
            if context.out_of_time():
                return Continue({"done": done})
            context.check()
            done.append(len(done))
            clock.advance(seconds)
            context.renewed(clock() + timedelta(seconds=5))  # the beat's part, at the fake clock's time
            context.report(100 * len(done) / pages, "counting")
        return {"done": done}

    return work


def test_work_longer_than_an_invocation_goes_on_from_its_checkpoint_without_spending_retries(
    framework: Framework,
) -> None:
    clock = FakeClock()
    framework.clock = clock
    framework.probe.work = counting(50, clock, 1)
    task = framework.submit()
    invocations = 0
    while not framework.get(task).status.ended:
        framework.worker(beat=timedelta(minutes=1)).run([task.id], remaining=timedelta(seconds=10))
        invocations += 1
    ended = framework.get(task)
    assert ended.result == {"done": list(range(50))}
    assert invocations == 7
    assert ended.retries == 0
    assert framework.tasks.find_one({"_id": task.id}, {"checkpoint": 1}) == {"_id": task.id}


def test_work_that_can_not_be_put_aside_is_handed_back_and_its_hops_are_capped(framework: Framework) -> None:
    clock = FakeClock()
    framework.clock = clock

    def endless(params: ProbeParams, context: TaskContext) -> RunResult:
        while True:
            clock.advance(1)
            context.renewed(clock() + timedelta(seconds=5))
            context.check()

    framework.probe.work = endless
    task = framework.submit()
    for _ in range(5):
        framework.worker(max_hops=3, beat=timedelta(minutes=1)).run([task.id], remaining=timedelta(seconds=10))
    ended = framework.get(task)
    assert ended.status is TaskStatus.FAILED
    assert "after 4 invocations" in ended.error


def test_a_draining_worker_keeps_the_checkpoint_of_what_it_puts_aside(framework: Framework) -> None:
    def work(params: ProbeParams, context: TaskContext) -> RunResult:
        if context.checkpoint:
            return {"from": context.checkpoint["page"]}
        while not context.out_of_time():
            pass
        return Continue({"page": 7})

    framework.probe.work = work
    task = framework.submit()
    worker = framework.worker()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.run, [task.id])
        assert framework.probe.started.wait(10)
        worker.drain()
        running.result(10)
    framework.worker().run([task.id])
    assert framework.get(task).result == {"from": 7}


def test_a_store_that_does_not_answer_for_a_child_is_not_asked_for_its_siblings(
    framework: Framework, caplog: pytest.LogCaptureFixture
) -> None:
    parent = framework.submit("parent")
    framework.children.fan_out(parent, [Child(name, "probe", ProbeParams(name=name)) for name in "ab"])
    ids = [child.id for child in children_of(framework, parent)]
    alone, tasks = framework.submit("alone"), framework.tasks
    with MongoClient[dict[str, Any]]("mongodb://127.0.0.1:9", serverSelectionTimeoutMS=10) as nowhere:
        framework.tasks = nowhere["test"]["tasks"]
        looking = TaskRunner(framework.executors, framework.children, policy=framework.policy, clock=framework.clock)
        framework.tasks = tasks
        after = Aftermath(framework.dispatch, framework.children)
        worker = Worker(framework.claims, looking, after, owner="w", policy=framework.policy, clock=framework.clock)
        with caplog.at_level("DEBUG", logger="pymongo.serverSelection"):
            worker.run([*ids, alone.id])
    assert sum("Server selection failed" in record.getMessage() for record in caplog.records) == 1
    assert {child.timeline[-1].event for child in children_of(framework, parent)} == {TaskEvent.HANDED_BACK}
    assert framework.get(alone).status is TaskStatus.COMPLETED
