"""A worker on the real store: what it claims, how runs end, who may write."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import AutoReconnect
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from chalicelib.clock import utc_now
from chalicelib.errors import FatalError, LeaseLost, RetryableError
from chalicelib.tasks.buckets import Buckets
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.emf import Emf
from chalicelib.tasks.executor import RunResult
from chalicelib.tasks.meter import Meter
from chalicelib.tasks.model import Lane, Lease, TaskEvent, TaskStatus
from chalicelib.tasks.queue import SqsTaskQueue
from chalicelib.tasks.recoverer import Recovered
from chalicelib.tasks.usage import Usage
from tests.integration.conftest import TENANT, TEXT, Framework
from tests.support.clock import FakeClock
from tests.support.conditions import eventually
from tests.support.probe import ProbeParams, until_stopped


def test_threads_serve_one_batch_after_the_other_and_end_when_the_worker_is_closed(framework: Framework) -> None:
    """One for each task that may run at once, and one for the beat."""
    before = set(threading.enumerate())
    worker = framework.worker(threads=1)
    ran_on: set[threading.Thread] = set()

    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        ran_on.add(threading.current_thread())
        return {}

    framework.probe.work = work
    worker.run([framework.submit().id])
    threads = set(threading.enumerate()) - before
    assert len(threads) == 2
    for _ in range(3):
        worker.run([framework.submit().id])
    assert set(threading.enumerate()) - before == threads
    assert ran_on <= threads
    worker.close()
    eventually(lambda: not any(thread.is_alive() for thread in threads))


def test_tasks_behind_one_that_takes_long_are_not_held_back(framework: Framework) -> None:
    others = threading.Semaphore(0)

    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        if params.name == "long":
            assert all(others.acquire(timeout=30) for _ in range(3))
        else:
            others.release()
        return {}

    framework.probe.work = work
    ids = [framework.submit(name).id for name in ("long", "a", "b", "c")]
    framework.worker(threads=2).run(ids)
    assert {it["status"] for it in framework.tasks.find()} == {"completed"}


def test_a_task_that_another_worker_has_taken_since_the_claim_was_written_is_not_run(
    framework: Framework, mongodb_uri: str
) -> None:
    """As after a worker was frozen between its write and its look at what it took."""
    task = framework.submit()

    class Thief(CommandListener):
        def started(self, event: CommandStartedEvent) -> None: ...

        def succeeded(self, event: CommandSucceededEvent) -> None:
            if event.command_name == "update":
                framework.tasks.update_one({"_id": task.id}, {"$set": {"lease": {"owner": "thief", "token": "theirs"}}})

        def failed(self, event: CommandFailedEvent) -> None: ...

    with MongoClient[dict[str, Any]](mongodb_uri, event_listeners=[Thief()], tz_aware=True) as client:
        tasks = client[framework.tasks.database.name][framework.tasks.name]
        now = utc_now()
        claims = ClaimStore(tasks, framework.policy, TEXT)
        assert claims.claim([task.id], Lease("mine", "ours"), now=now, until=now + timedelta(minutes=1)) == []


def test_a_fault_of_the_beat_ends_no_task_and_is_not_hidden(
    framework: Framework, database: Database[dict[str, Any]]
) -> None:
    beaten = threading.Event()

    class Faulty(Meter):
        def beat(self, usage: Usage) -> None:
            beaten.set()
            raise ZeroDivisionError

    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        assert beaten.wait(30)
        return {}

    framework.probe.work = work
    framework.meter = Faulty(Buckets(database["stats"]), Emf("test"), clock=utc_now)
    task = framework.submit()
    with pytest.raises(ZeroDivisionError):
        framework.worker().run([task.id])
    assert framework.get(task).status is TaskStatus.COMPLETED


def test_an_executor_that_ends_its_process_ends_the_batch(framework: Framework) -> None:
    """As Lambda has it: the invocation fails, and all messages come back."""

    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        raise SystemExit(3)

    framework.probe.work = work
    with pytest.raises(SystemExit):
        framework.worker().run([framework.submit().id])


def test_a_batch_of_tasks_runs_to_completion_with_results(framework: Framework) -> None:
    framework.probe.work = lambda params, context: {"hello": params.name}
    tasks = [framework.submit(str(number)) for number in range(10)]

    assert framework.worker().run([task.id for task in tasks]) == set()

    for number, task in enumerate(tasks):
        ended = framework.get(task)
        assert (ended.status, ended.result, ended.progress) == (TaskStatus.COMPLETED, {"hello": str(number)}, 100)
        assert ended.started_at is not None
        assert ended.completed_at is not None
        assert ended.lease is None
        assert ended.due_at is None
        assert [entry.event for entry in ended.timeline] == [
            TaskEvent.SUBMITTED,
            TaskEvent.STARTED,
            TaskEvent.COMPLETED,
        ]


def test_duplicated_late_and_unknown_messages_do_nothing(framework: Framework) -> None:
    task = framework.submit()
    worker = framework.worker()
    worker.run([task.id, task.id])
    worker.run([task.id])
    worker.run(["0190a000-0000-7000-8000-000000000000"])
    assert framework.probe.runs == {task.id: 1}
    assert [entry.event for entry in framework.get(task).timeline].count(TaskEvent.STARTED) == 1


def test_workers_that_race_for_the_same_tasks_run_each_once(framework: Framework) -> None:
    ids = [framework.submit().id for _ in range(40)]
    workers = [framework.worker(owner=f"w{number}") for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda worker: worker.run(ids), workers))
    assert framework.probe.runs == dict.fromkeys(ids, 1)


def test_a_failing_task_fails_alone_and_says_why(framework: Framework) -> None:
    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        if params.name == "fatal":
            raise FatalError("the account is closed")
        if params.name == "fault":
            raise ZeroDivisionError("secret detail")
        return {}

    framework.probe.work = work
    fatal, fault, fine = (framework.submit(name) for name in ("fatal", "fault", "fine"))
    framework.worker().run([fatal.id, fault.id, fine.id])
    assert framework.get(fatal).status is TaskStatus.FAILED
    assert framework.get(fatal).error == "the account is closed"
    assert framework.get(fault).error == "internal error: ZeroDivisionError"
    assert framework.get(fine).status is TaskStatus.COMPLETED


def test_progress_is_stored_while_the_task_runs_and_never_goes_back(framework: Framework) -> None:
    seen = threading.Event()

    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        for percent in range(43):
            context.report(percent, f"at {percent}")
        context.report(10, "a step back")
        seen.wait(10)
        return {}

    framework.probe.work = work
    task = framework.submit()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(framework.worker().run, [task.id])
        eventually(lambda: framework.get(task).progress > 0)
        shown = framework.get(task)
        seen.set()
        running.result()
    assert (shown.progress, shown.message, shown.status) == (42, "a step back", TaskStatus.RUNNING)


def test_a_running_task_stops_when_its_cancellation_is_asked_for(framework: Framework) -> None:
    framework.probe.work = until_stopped
    task = framework.submit()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(framework.worker().run, [task.id])
        framework.probe.started.wait(10)
        framework.service.cancel(TENANT, task.id)
        running.result(10)
    assert framework.get(task).status is TaskStatus.CANCELLED


def test_a_task_whose_worker_is_lost_runs_again_once_its_lease_expired(framework: Framework) -> None:
    framework.clock = clock = FakeClock()
    task = framework.submit(max_retry=1)
    assert framework.claim(task, owner="lost")
    worker = framework.worker()
    worker.run([task.id])
    assert framework.probe.runs == {}, "the lease was still good"

    clock.advance(framework.policy.lease.total_seconds() + 1)
    worker.run([task.id])
    assert framework.get(task).status is TaskStatus.COMPLETED


def test_a_task_that_keeps_losing_its_workers_fails(framework: Framework) -> None:
    task = framework.submit(max_retry=2)
    for number in range(3):
        now = utc_now()
        framework.claims.claim([task.id], lease=Lease("lost", str(number)), now=now, until=now)
    framework.worker().run([task.id])
    assert framework.get(task).status is TaskStatus.FAILED
    assert "3 workers were lost" in framework.get(task).error
    assert framework.probe.runs == {}


def test_tasks_that_lost_workers_together_run_apart(framework: Framework) -> None:
    """One of them may be the cause, and would take the others along again."""
    lost = [framework.submit(max_retry=3) for _ in range(3)]
    for number in range(2):
        now = utc_now()
        framework.claims.claim([task.id for task in lost], lease=Lease("lost", str(number)), now=now, until=now)
    new = framework.submit()
    ids = [task.id for task in (*lost, new)]
    for ran in (2, 3, 4):
        framework.worker().run(ids)
        done = [task for task in (*lost, new) if framework.get(task).status is TaskStatus.COMPLETED]
        assert len(done) == ran
    assert [framework.get(task).retries for task in lost] == [2, 2, 2]
    assert framework.messages() == len(ids) + 2 + 1, "a message each, and one for each time that a task was given back"


def test_a_worker_that_lost_its_lease_writes_nothing(framework: Framework) -> None:
    told: list[type[BaseException]] = []
    taken = threading.Event()

    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        if params.name == "zombie" and not taken.is_set():
            framework.claims.claim(
                [context.task_id], Lease("thief", "t2"), now=utc_now() + timedelta(hours=1), until=utc_now()
            )
            taken.set()
            try:
                while True:
                    context.report(77, "the zombie speaks")
                    context.wait(0.01)
            except LeaseLost:
                told.append(LeaseLost)
        return {"by": "zombie"}

    framework.probe.work = work
    task = framework.submit("zombie")
    framework.worker().run([task.id])
    after = framework.get(task)
    assert told == [LeaseLost]
    assert after.lease == Lease("thief", "t2")
    assert (after.status, after.result, after.progress) == (TaskStatus.RUNNING, None, 0)


def test_a_frozen_worker_learns_of_its_lost_lease_before_it_asks_the_store(framework: Framework) -> None:
    task = framework.submit()
    now = utc_now()
    (claimed,) = framework.claims.claim([task.id], lease=Lease("a", "b"), now=now, until=now)
    context = TaskContext(claimed, leased_until=now, clock=utc_now)
    with pytest.raises(LeaseLost):
        context.check()


def test_a_draining_worker_hands_its_tasks_back_and_they_are_due_at_once(framework: Framework) -> None:
    framework.probe.work = until_stopped
    task = framework.submit()
    framework.take_messages()
    worker = framework.worker()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.run, [task.id])
        framework.probe.started.wait(10)
        worker.drain()
        running.result(10)
    given_back = framework.get(task)
    assert given_back.status is TaskStatus.RUNNING
    assert given_back.lease is None
    assert given_back.attempts == 0, "handing back is no lost worker"
    assert framework.messages() == 1

    framework.probe.work = lambda params, context: {}
    framework.worker().run([task.id])
    assert framework.get(task).status is TaskStatus.COMPLETED


def test_an_unknown_type_and_stored_rubbish_fail_clearly(framework: Framework) -> None:
    bad = framework.submit()
    framework.tasks.update_one({"_id": bad.id}, {"$set": {"params": {"name": 3}}})
    odd = framework.submit()
    framework.tasks.update_one({"_id": odd.id}, {"$set": {"type": "no_such"}})
    framework.worker().run([bad.id, odd.id])
    assert framework.get(bad).error.startswith("the stored parameters are not valid")
    assert framework.get(odd).error == "unknown task type 'no_such'"


class Disconnecting:
    """A collection on a connection that breaks when ``method`` is called, ``times`` times."""

    def __init__(self, collection: Collection[dict[str, Any]], method: str, *, times: int) -> None:
        self._collection = collection
        self._method = method
        self._left = times

    def __getattr__(self, name: str) -> Any:
        if name == self._method and self._left > 0:
            self._left -= 1
            raise AutoReconnect("connection closed")
        return getattr(self._collection, name)


@pytest.mark.parametrize("method", ["update_many", "find"])
def test_a_claim_whose_connection_breaks_is_made_again_and_costs_no_retry(framework: Framework, method: str) -> None:
    task = framework.submit(max_retry=0)
    broken = cast(Any, Disconnecting(framework.tasks, method, times=2))
    assert replace(framework, tasks=broken).worker().run([task.id]) == set()
    assert (framework.get(task).status, framework.get(task).retries) == (TaskStatus.COMPLETED, 0)
    assert framework.probe.runs == {task.id: 1}


def test_a_claim_that_stays_unanswered_costs_no_retry_and_the_next_pass_sends_its_message(framework: Framework) -> None:
    task = framework.submit(max_retry=0)
    framework.take_messages()
    broken = cast(Any, Disconnecting(framework.tasks, "find", times=1000))
    assert replace(framework, tasks=broken).worker(lease=timedelta(milliseconds=100)).run([task.id]) == {task.id}
    assert framework.get(task).lease is None
    assert framework.recoverer().run() == Recovered(sent=1)
    framework.worker().run([task.id])
    assert (framework.get(task).status, framework.get(task).retries) == (TaskStatus.COMPLETED, 0)


def test_pauses_are_what_they_last_were_while_the_store_does_not_answer(framework: Framework) -> None:
    framework.lanes.pause(Lane.LOW, by="ann")
    clock = FakeClock()
    framework.clock = clock
    away = cast(Any, Disconnecting(framework.lane_states, "find", times=1))
    assert replace(framework, lane_states=away).lanes.paused() == []
    lanes = framework.lanes
    assert lanes.paused() == [Lane.LOW]
    clock.advance(60)
    lanes._lanes = cast(Any, Disconnecting(framework.lane_states, "find", times=1))
    assert lanes.paused() == [Lane.LOW]


def test_a_worker_whose_clock_is_behind_takes_a_new_task_at_its_first_message(framework: Framework) -> None:
    task = framework.submit()
    behind = replace(framework, clock=lambda: utc_now() - timedelta(milliseconds=400))
    behind.worker().run([task.id])
    assert framework.get(task).status is TaskStatus.COMPLETED


def test_a_worker_whose_clock_is_behind_takes_what_is_tried_again_although_the_queue_was_away(
    framework: Framework,
) -> None:
    def busy(params: ProbeParams, context: TaskContext) -> RunResult:
        raise RetryableError("busy", retry_after=60)

    clock = FakeClock()
    framework.clock = clock
    task = framework.submit(max_retry=1)
    framework.take_messages()
    framework.probe.work = busy
    nowhere = SqsTaskQueue(framework.sqs, dict.fromkeys(framework.urls, framework.urls[task.lane] + "-gone"))
    replace(framework, queue=nowhere).worker(beat=timedelta(minutes=1)).run([task.id])
    framework.probe.work = lambda params, context: {}
    for _ in range(62):
        clock.advance(1)
        if framework.recoverer().run().sent:
            break
    behind = replace(framework, clock=FakeClock(clock() - timedelta(milliseconds=400)))
    behind.worker(beat=timedelta(minutes=1)).run([task.id])
    assert framework.get(task).status is TaskStatus.COMPLETED


def test_progress_that_a_failed_beat_could_not_store_is_stored_by_the_next(framework: Framework) -> None:
    stored = threading.Event()

    def work(params: ProbeParams, context: TaskContext) -> RunResult:
        context.report(40, "nearly half")
        while not stored.is_set():
            context.wait(0.01)
            if framework.tasks.count_documents({"_id": context.task_id, "message": "nearly half"}):
                stored.set()
        return {}

    framework.probe.work = work
    task = framework.submit(timeout_seconds=10)
    broken = cast(Any, Disconnecting(framework.tasks, "bulk_write", times=1))
    replace(framework, tasks=broken).worker().run([task.id])
    assert stored.is_set()
