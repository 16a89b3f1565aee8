"""Tasks whose messages the queue gave up."""

from __future__ import annotations

from chalicelib.clock import utc_now
from chalicelib.tasks.model import TaskStatus
from tests.integration.conftest import TENANT, Framework


def test_a_task_that_the_queue_gave_up_has_as_many_chances_once_more_after_a_retry_by_hand(
    framework: Framework,
) -> None:
    task = framework.submit()
    for _ in range(3):
        framework.backlog.given_up(task.id, now=utc_now())
    assert framework.get(task).status is TaskStatus.FAILED
    framework.service.retry(TENANT, task.id, by="tester")
    framework.backlog.given_up(task.id, now=utc_now())
    assert framework.get(task).status is TaskStatus.PENDING
