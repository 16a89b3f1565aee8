"""Errors, retries and what remains of a task that has failed for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.errors import Conflict, FatalError, RetryableError, TaskNotFound
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.documents import SKEW
from chalicelib.tasks.model import TaskEvent, TaskStatus
from chalicelib.tasks.recoverer import Recovered
from tests.integration.conftest import TENANT, Framework
from tests.support.clock import FakeClock
from tests.support.probe import ProbeParams


def failing(*errors: Exception) -> Any:
    """Work that raises ``errors`` one after another and then completes."""
    left = list(errors)

    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        if left:
            raise left.pop(0)
        return {"attempt": context.attempt}

    return work


@pytest.fixture
def clock(framework: Framework) -> FakeClock:
    framework.clock = FakeClock()
    return framework.clock


def test_a_retryable_error_is_tried_again_until_it_succeeds(framework: Framework, clock: FakeClock) -> None:
    framework.probe.work = failing(RetryableError("busy"), ConnectionResetError("cable"))
    task = framework.submit(max_retry=3)
    seen = []
    for _ in range(3):
        framework.worker().run([task.id])
        now = framework.get(task)
        seen.append((now.status, now.retries, now.error))
        clock.advance(1)
    assert seen == [
        (TaskStatus.PENDING, 1, "busy"),
        (TaskStatus.PENDING, 2, "internal error: ConnectionResetError"),
        (TaskStatus.COMPLETED, 2, ""),
    ]
    assert framework.get(task).result == {"attempt": 3}


def test_a_retry_waits_its_time_however_often_its_message_comes(framework: Framework, clock: FakeClock) -> None:
    framework.policy = replace(framework.policy, first_backoff=timedelta(seconds=40), random=lambda: 0.5)
    framework.probe.work = failing(RetryableError("busy"))
    task = framework.submit(max_retry=1)
    worker = framework.worker()
    worker.run([task.id])
    clock.advance(19)
    worker.run([task.id])
    assert framework.probe.runs == {task.id: 1}
    clock.advance(1)
    worker.run([task.id])
    assert framework.get(task).status is TaskStatus.COMPLETED


def test_the_wait_that_the_other_side_asks_for_is_kept(framework: Framework, clock: FakeClock) -> None:
    framework.probe.work = failing(RetryableError("slow down", retry_after=100))
    task = framework.submit(max_retry=1)
    framework.worker().run([task.id])
    due = framework.get(task).due_at
    assert due is not None
    assert due >= clock() + timedelta(seconds=100)


def test_a_wait_longer_than_the_queue_can_delay_is_left_to_the_recoverer(
    framework: Framework, clock: FakeClock
) -> None:
    framework.probe.work = failing(RetryableError("come back tomorrow", retry_after=4000))
    task = framework.submit(max_retry=1, timeout_seconds=9000)
    framework.take_messages()
    framework.worker().run([task.id])
    assert framework.messages() == 0
    clock.advance(4000)
    assert framework.recoverer().run() == Recovered()
    clock.advance(SKEW.total_seconds())
    assert framework.recoverer().run() == Recovered(sent=1)
    framework.worker().run([task.id])
    assert framework.get(task).status is TaskStatus.COMPLETED


def test_retries_end_and_a_fatal_error_is_not_retried(framework: Framework, clock: FakeClock) -> None:
    framework.probe.work = failing(*[RetryableError("busy")] * 9)
    used_up = framework.submit(max_retry=2)
    for _ in range(4):
        framework.worker().run([used_up.id])
        clock.advance(1)
    assert framework.probe.runs[used_up.id] == 3
    assert (framework.get(used_up).status, framework.get(used_up).error) == (TaskStatus.FAILED, "busy")

    framework.probe.work = failing(FatalError("no such account"))
    fatal = framework.submit(max_retry=9)
    framework.worker().run([fatal.id])
    assert (framework.get(fatal).status, framework.get(fatal).retries) == (TaskStatus.FAILED, 0)


def test_lost_workers_spend_retries_like_errors_do(framework: Framework, clock: FakeClock) -> None:
    framework.probe.work = failing(RetryableError("busy"))
    task = framework.submit(max_retry=2)
    framework.claim_and_lose(task)
    clock.advance(10)
    framework.worker().run([task.id])
    assert framework.get(task).retries == 2
    framework.claim_and_lose(task, after=1)
    clock.advance(10)
    framework.worker().run([task.id])
    assert framework.get(task).status is TaskStatus.FAILED


def test_a_cancellation_beats_a_retry(framework: Framework) -> None:
    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        framework.service.cancel(TENANT, context.task_id)
        raise RetryableError("busy")

    framework.probe.work = work
    task = framework.submit(max_retry=5)
    framework.worker(beat=timedelta(minutes=1)).run([task.id])
    assert framework.get(task).status is TaskStatus.CANCELLED


def test_a_task_waiting_to_be_retried_is_cancelled_at_once(framework: Framework, clock: FakeClock) -> None:
    framework.probe.work = failing(RetryableError("busy", retry_after=60))
    task = framework.submit(max_retry=5)
    framework.worker().run([task.id])
    framework.service.cancel(TENANT, task.id)
    assert framework.get(task).status is TaskStatus.CANCELLED


def test_a_failed_task_is_retried_by_hand_from_the_beginning(framework: Framework) -> None:
    framework.probe.work = failing(FatalError("closed"))
    task = framework.submit()
    framework.worker().run([task.id])
    framework.take_messages()

    again = framework.service.retry(TENANT, task.id, by="ann")
    assert (again.status, again.error, again.started_at, again.completed_at) == (TaskStatus.PENDING, "", None, None)
    assert again.timeline[-1].event is TaskEvent.RETRIED_BY_HAND
    assert again.timeline[-1].detail == "ann"
    assert framework.messages() == 1
    framework.worker().run([task.id])
    assert framework.get(task).status is TaskStatus.COMPLETED
    with pytest.raises(Conflict, match="only failed and cancelled"):
        framework.service.retry(TENANT, task.id, by="ann")
    with pytest.raises(TaskNotFound):
        framework.service.retry("other", task.id, by="ann")


def test_a_task_that_outlives_its_time_fails_across_attempts(framework: Framework, clock: FakeClock) -> None:
    framework.probe.work = failing(*[RetryableError("busy", retry_after=400)] * 5)
    task = framework.submit(max_retry=9, timeout_seconds=1000)
    for _ in range(4):
        framework.worker().run([task.id])
        clock.advance(400)
    ended = framework.get(task)
    assert (ended.status, framework.probe.runs[task.id]) == (TaskStatus.FAILED, 3)
    assert "within 1000 s" in ended.error


def test_a_running_task_is_stopped_when_its_time_is_over(framework: Framework, clock: FakeClock) -> None:
    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        clock.advance(4)
        context.check()
        raise AssertionError("it had to stop")

    framework.probe.work = work
    task = framework.submit(timeout_seconds=3)
    framework.worker().run([task.id])
    assert "timed out" in framework.get(task).error


def test_messages_that_the_queue_gives_up_on_fail_a_task_only_when_it_happens_again_and_again(
    framework: Framework,
) -> None:
    task = framework.submit()
    framework.take_messages()
    for _ in range(2):
        framework.backlog.given_up(task.id, now=framework.clock())
        assert framework.recoverer().run() == Recovered(sent=1)
    assert framework.get(task).status is TaskStatus.PENDING
    framework.backlog.given_up(task.id, now=framework.clock())
    assert framework.get(task).status is TaskStatus.FAILED
    assert "gave this task up 3 times" in framework.get(task).error
