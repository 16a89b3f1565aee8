"""What callers can do with tasks, on the real store and queue."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from botocore.config import Config

from chalicelib.clock import utc_now
from chalicelib.errors import InvalidRequest, TaskFinished, TaskNotFound, TaskRunning, TaskTypeNotFound
from chalicelib.tasks.model import Lane, Lease, TaskEvent, TaskStatus
from chalicelib.tasks.queue import SqsTaskQueue
from chalicelib.tasks.recoverer import Recovered
from chalicelib.tasks.store import TaskFilter
from tests.integration.conftest import CALLER, TENANT, Framework

EVERYTHING = TaskFilter(TENANT)


def _start(framework: Framework, task_id: str) -> None:
    now = utc_now()
    framework.claims.claim([task_id], Lease("w", "t"), now=now, until=now + timedelta(minutes=2))


def test_a_submitted_task_is_stored_and_its_id_alone_is_sent(framework: Framework) -> None:
    task = framework.submit("x")
    assert framework.get(task).status is TaskStatus.PENDING
    assert [json.loads(body) for body in framework.take_messages()] == [{"v": 1, "task_id": task.id, "lane": "normal"}]


def test_bad_parameters_are_refused_naming_each_field_and_store_nothing(framework: Framework) -> None:
    with pytest.raises(InvalidRequest, match=r"name: .*; more: "):
        framework.service.submit("probe", b'{"name": {"$gt": ""}, "more": 1}', caller=CALLER)
    with pytest.raises(TaskTypeNotFound):
        framework.service.submit("no_such", b"{}", caller=CALLER)
    assert framework.store.count(EVERYTHING) == 0
    assert framework.messages() == 0


def test_a_task_is_accepted_while_the_queue_is_down_and_the_recoverer_sends_it(framework: Framework) -> None:
    unreachable = boto3.client(
        "sqs",
        region_name="us-east-1",
        endpoint_url="http://127.0.0.1:9",
        config=Config(connect_timeout=1, retries={"max_attempts": 0}),
    )
    nowhere = dict.fromkeys(Lane, "http://127.0.0.1:9/123456789012/cam-normal")
    task = replace(framework, queue=SqsTaskQueue(unreachable, nowhere)).submit()
    assert framework.messages() == 0

    assert framework.recoverer().run() == Recovered(sent=1)
    assert [json.loads(body)["task_id"] for body in framework.take_messages()] == [task.id]


def test_the_recoverer_leaves_alone_what_runs_has_ended_or_is_fresh(framework: Framework) -> None:
    running, ended, fresh = (framework.submit() for _ in range(3))
    _start(framework, running.id)
    framework.service.cancel(TENANT, ended.id)
    assert framework.recoverer().run() == Recovered()
    framework.clock = lambda: utc_now() + framework.policy.patience
    assert framework.recoverer().run() == Recovered(sent=1)
    assert framework.get(fresh).status is TaskStatus.PENDING


def test_cancelling_a_pending_task_ends_it_and_it_never_runs(framework: Framework) -> None:
    task = framework.submit()
    framework.service.cancel(TENANT, task.id)
    framework.worker().run([task.id])
    ended = framework.get(task)
    assert (ended.status, framework.probe.runs) == (TaskStatus.CANCELLED, {})
    assert ended.completed_at is not None


def test_cancelling_a_running_task_twice_is_fine_and_a_finished_one_is_refused(framework: Framework) -> None:
    task = framework.submit()
    _start(framework, task.id)
    framework.service.cancel(TENANT, task.id)
    framework.service.cancel(TENANT, task.id)
    asked = framework.get(task)
    assert asked.cancel_requested
    assert [entry.event for entry in asked.timeline].count(TaskEvent.CANCEL_REQUESTED) == 1

    done = framework.submit()
    framework.worker().run([done.id])
    with pytest.raises(TaskFinished, match="already completed"):
        framework.service.cancel(TENANT, done.id)


def test_a_cancelled_task_whose_worker_was_lost_ends_cancelled(framework: Framework) -> None:
    task = framework.submit()
    now = utc_now()
    framework.claims.claim([task.id], Lease("lost", "t"), now=now, until=now)
    framework.service.cancel(TENANT, task.id)
    framework.worker().run([task.id])
    assert framework.get(task).status is TaskStatus.CANCELLED
    assert framework.probe.runs == {}


def test_deleting_spares_running_tasks_unless_forced(framework: Framework) -> None:
    task = framework.submit()
    _start(framework, task.id)
    with pytest.raises(TaskRunning, match="force=true"):
        framework.service.delete(TENANT, task.id, force=False)
    framework.service.delete(TENANT, task.id, force=True)
    for _ in range(2):
        with pytest.raises(TaskNotFound):
            framework.service.delete(TENANT, task.id, force=True)
    pending = framework.submit()
    framework.service.delete(TENANT, pending.id, force=False)
    assert framework.store.count(EVERYTHING) == 0


def test_another_tenants_task_does_not_exist(framework: Framework) -> None:
    task = framework.submit()
    for call in (framework.service.get, framework.service.cancel):
        with pytest.raises(TaskNotFound):
            call("other", task.id)
    with pytest.raises(TaskNotFound):
        framework.service.delete("other", task.id, force=True)
    assert framework.get(task).status is TaskStatus.PENDING


def test_lists_are_newest_first_filtered_and_paged_by_cursor_without_gaps(framework: Framework) -> None:
    tasks = [framework.submit() for _ in range(7)]
    framework.service.cancel(TENANT, tasks[3].id)
    newest_first = [task.id for task in reversed(tasks)]

    first = framework.service.find(EVERYTHING, limit=3)
    assert ([task.id for task in first.tasks], first.total) == (newest_first[:3], 7)
    framework.submit()  # arrives while somebody pages
    found, cursor = [task.id for task in first.tasks], first.next_cursor
    while cursor:
        page = framework.service.find(EVERYTHING, limit=3, cursor=cursor)
        assert page.total is None
        found += [task.id for task in page.tasks]
        cursor = page.next_cursor
    assert found == newest_first

    assert [
        task.id for task in framework.service.find(TaskFilter(TENANT, status=TaskStatus.CANCELLED), limit=9).tasks
    ] == [tasks[3].id]
    assert framework.service.find(TaskFilter(TENANT, type="other"), limit=9).total == 0
    assert framework.service.find(TaskFilter(TENANT, created_by="tester"), limit=9, offset=6).total == 8


def test_date_bounds_are_inclusive(framework: Framework) -> None:
    task = framework.submit()
    at = task.created_at
    around = timedelta(milliseconds=1)

    def found(start: timedelta, end: timedelta) -> int:
        return framework.store.count(TaskFilter(TENANT, start=at + start, end=at + end))

    zero = timedelta()
    assert found(zero, zero) == 1
    assert found(around, around) == 0
    assert found(-around, -around) == 0


def test_what_a_task_is_about_is_looked_up_in_an_index(framework: Framework) -> None:
    which = TaskFilter(TENANT, subjects=("region=cn-hangzhou",))
    found = framework.tasks.find(which.to_query()).sort("_id", -1)
    assert "newest_by_subject" in json.dumps(found.explain()["queryPlanner"]["winningPlan"])
