"""What keeps a task from being submitted twice, or at all; lanes and bulk operations."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from chalicelib.errors import Conflict, FatalError, IdempotencyMismatch, TooManyPending
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import RunResult
from chalicelib.tasks.model import Lane, TaskStatus
from chalicelib.tasks.recoverer import Recovered
from chalicelib.tasks.store import TaskFilter
from tests.integration.conftest import CALLER, TENANT, Framework
from tests.support.clock import FakeClock
from tests.support.probe import ProbeParams


def test_the_same_idempotency_key_is_the_same_task_and_another_request_is_refused(framework: Framework) -> None:
    def submit(name: str) -> str:
        return framework.service.submit("probe", {"name": name}, caller=CALLER, idempotency_key="k").task.id

    assert submit("a") == submit("a")
    with pytest.raises(IdempotencyMismatch):
        submit("b")
    assert framework.store.count(TaskFilter(TENANT)) == 1
    assert framework.messages() == 1
    other = CALLER._replace(tenant="other")
    assert framework.service.submit("probe", {"name": "b"}, caller=other, idempotency_key="k").task.tenant == "other"


def test_a_key_whose_request_found_an_active_duplicate_stands_for_that_task_for_good(framework: Framework) -> None:
    framework.probe.deduplicate = True
    first = framework.submit("x")

    def repeat(key: str, name: str = "x") -> str:
        return framework.service.submit("probe", {"name": name}, caller=CALLER, idempotency_key=key).task.id

    assert [repeat("k"), repeat("l"), repeat("k")] == [first.id] * 3
    framework.worker().run([first.id])
    assert [repeat("k"), repeat("l")] == [first.id] * 2, "not run again, although it has ended"
    with pytest.raises(IdempotencyMismatch):
        repeat("k", name="y")
    assert repeat("m") != first.id


def test_a_request_repeated_by_key_is_answered_although_the_backlog_is_full(framework: Framework) -> None:
    framework.policy = replace(framework.policy, max_pending=1)

    def submit() -> str:
        return framework.service.submit("probe", {}, caller=CALLER, idempotency_key="k").task.id

    assert submit() == submit()
    with pytest.raises(TooManyPending):
        framework.submit()


def test_an_active_duplicate_is_returned_by_however_many_it_is_submitted_at_once(framework: Framework) -> None:
    framework.probe.deduplicate = True
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: framework.service.submit("probe", {"name": "x"}, caller=CALLER), range(24)))
    assert len({submitted.task.id for submitted in found}) == 1
    assert sum(submitted.deduplicated for submitted in found) == 23
    assert framework.submit("y").id != found[0].task.id

    framework.worker().run([found[0].task.id])
    assert framework.submit("x").id != found[0].task.id, "an ended task is no duplicate"


def test_a_retry_by_hand_is_refused_while_a_twin_is_active(framework: Framework) -> None:
    framework.probe.deduplicate = True
    first = framework.submit("x")
    framework.service.cancel(TENANT, first.id)
    twin = framework.submit("x")
    with pytest.raises(Conflict, match="active already"):
        framework.service.retry(TENANT, first.id, by="ann")
    framework.service.cancel(TENANT, twin.id)
    assert framework.service.retry(TENANT, first.id, by="ann").status is TaskStatus.PENDING
    assert framework.service.submit("probe", {"name": "x"}, caller=CALLER).task.id == first.id


def test_a_full_backlog_refuses_and_says_when_to_come_back(framework: Framework) -> None:
    framework.policy = replace(framework.policy, max_pending=3)
    tasks = [framework.submit() for _ in range(3)]
    with pytest.raises(TooManyPending) as refused:
        framework.submit()
    assert refused.value.retry_after == 10
    framework.worker().run([tasks[0].id])
    framework.submit()


@pytest.mark.parametrize(
    ("priority", "lane"),
    [(0, Lane.LOW), (3, Lane.LOW), (4, Lane.NORMAL), (6, Lane.NORMAL), (7, Lane.HIGH), (9, Lane.HIGH)],
)
def test_priority_chooses_the_lane(framework: Framework, priority: int, lane: Lane) -> None:
    framework.submit(priority=priority)
    assert {chosen: framework.messages(chosen) for chosen in Lane} == {chosen: int(chosen is lane) for chosen in Lane}


def test_messages_carry_the_group_of_tenant_and_account(framework: Framework) -> None:
    framework.submit()
    (message,) = framework.sqs.receive_message(
        QueueUrl=framework.urls[Lane.NORMAL], MessageSystemAttributeNames=["MessageGroupId"]
    )["Messages"]
    assert message["Attributes"]["MessageGroupId"] == "default-"


def test_a_paused_lane_is_not_sent_again_until_it_is_resumed(framework: Framework) -> None:
    tasks = [framework.submit() for _ in range(12)]
    high = framework.submit(priority=9)
    framework.take_messages()
    framework.take_messages(Lane.HIGH)
    lanes = framework.lanes
    lanes.pause(Lane.NORMAL, by="ann")
    assert framework.lanes.paused() == [Lane.NORMAL]
    framework.backlog.send_failed([task.id for task in [*tasks, high]], now=framework.clock())
    assert framework.recoverer().run() == Recovered(sent=1)
    assert framework.messages() == 0

    lanes.resume(Lane.NORMAL, by="ann")
    assert framework.recoverer().run() == Recovered(sent=12)
    assert framework.messages() == 12


def test_an_unsent_backlog_is_sent_at_growing_intervals(framework: Framework) -> None:
    clock = FakeClock()
    framework.clock = clock
    task = framework.submit()
    sent_at = []
    for minute in range(64):
        if framework.recoverer().run().sent:
            sent_at.append(minute)
        clock.advance(framework.policy.patience.total_seconds())
    assert sent_at == [1, 3, 7, 15, 31, 63]
    assert framework.get(task).status is TaskStatus.PENDING


def test_two_recoverers_at_once_share_the_work(framework: Framework) -> None:
    ids = [framework.submit().id for _ in range(60)]
    framework.take_messages()
    framework.backlog.send_failed(ids, now=framework.clock())
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: framework.recoverer().run(), range(4)))
    assert sum(recovered.sent for recovered in done) == 60
    assert framework.messages() == 60


def test_many_tasks_are_cancelled_by_filter_after_a_look(framework: Framework) -> None:
    tasks = [framework.submit() for _ in range(5)]
    (running,) = framework.claim(tasks[0])
    which = TaskFilter(TENANT, type="probe")
    assert framework.bulk.cancel(which, dry_run=True).matched == 5
    assert framework.get(tasks[1]).status is TaskStatus.PENDING
    done = framework.bulk.cancel(which, dry_run=False)
    assert (done.matched, done.cancelled, done.asked) == (5, 4, 1)
    assert framework.get(running).cancel_requested
    assert framework.bulk.cancel(TaskFilter("other"), dry_run=False).matched == 0


def test_many_tasks_are_retried_by_filter_and_children_never(framework: Framework) -> None:
    def work(params: ProbeParams, context: TaskContext) -> RunResult:
        raise FatalError(f"the {params.name} account is closed")

    framework.probe.work = work
    tasks = [framework.submit(name) for name in ("red", "red", "blue")]
    framework.worker().run([task.id for task in tasks])
    which = TaskFilter(TENANT, status=TaskStatus.FAILED, error="RED account")
    assert framework.bulk.retry(which, by="ann", dry_run=True).matched == 2
    done = framework.bulk.retry(which, by="ann", dry_run=False)
    assert (done.matched, done.retried, done.refused, done.remaining) == (2, 2, 0, 0)
    assert [framework.get(task).status for task in tasks] == [
        TaskStatus.PENDING,
        TaskStatus.PENDING,
        TaskStatus.FAILED,
    ]
