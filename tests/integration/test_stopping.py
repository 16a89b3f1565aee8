"""Cancelling families: «cancelled» means that nothing of it runs any more, and nobody has to be told by a message."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.clock import utc_now
from chalicelib.tasks.aftermath import Aftermath
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Child, Continue, FanOut, RunResult
from chalicelib.tasks.model import Task, TaskStatus
from chalicelib.tasks.outcome import Completed, Continued, GivenBack, Outcome, Retry, Waiting
from chalicelib.tasks.store import TaskFilter
from tests.integration.conftest import TENANT, Framework
from tests.support.probe import ProbeParams

GOES_ON: list[Outcome] = [Retry("busy", timedelta(hours=1), 1), Continued({"page": 2}), GivenBack("had to stop")]
by_outcome = pytest.mark.parametrize("outcome", GOES_ON, ids=["retried", "continued", "given back"])


def settle(framework: Framework, task: Task, outcome: Outcome, *, follow: bool = True) -> None:
    """Write the outcome of a claimed task as its worker does."""
    assert task.lease
    assert framework.claims.settle(task.lease.token, [(task, outcome)], now=framework.clock()) == 1
    if follow:
        Aftermath(framework.dispatch, framework.children).follow([(task, outcome)])


def released(framework: Framework, task: Task, outcome: Outcome) -> Task:
    """Have a worker claim the task and let it go."""
    (claimed,) = framework.claim(task)
    settle(framework, claimed, outcome)
    return claimed


def with_children(framework: Framework, outcome: Outcome, *keys: str) -> tuple[Task, list[Task]]:
    """A parent that was let go with ``outcome`` after it had fanned out."""
    parent = framework.submit("parent", max_retry=3)
    (claimed,) = framework.claim(parent)
    framework.children.fan_out(claimed, [Child(key, "probe", ProbeParams(name=key)) for key in keys])
    settle(framework, claimed, outcome)
    return parent, children_of(framework, parent)


def children_of(framework: Framework, parent: Task) -> list[Task]:
    return framework.store.newest(TaskFilter(TENANT, parent_id=parent.id), limit=100)


def status(framework: Framework, task: Task) -> TaskStatus:
    return framework.get(task).status


def cancel_alone(framework: Framework, task: Task) -> None:
    framework.service.cancel(TENANT, task.id)


def cancel_in_bulk(framework: Framework, task: Task) -> None:
    framework.bulk.cancel(TaskFilter(TENANT, type="probe"), dry_run=False)


in_both_ways = pytest.mark.parametrize("cancel", [cancel_alone, cancel_in_bulk], ids=["alone", "in bulk"])


@by_outcome
@in_both_ways
def test_a_task_that_no_worker_has_between_two_invocations_ends_at_the_call(
    framework: Framework, cancel: Any, outcome: Outcome
) -> None:
    task = framework.submit(max_retry=1)
    released(framework, task, outcome)
    cancel(framework, task)
    assert status(framework, task) is TaskStatus.CANCELLED


@in_both_ways
@pytest.mark.parametrize("outcome", [*GOES_ON, Waiting(None, 2)], ids=["retried", "continued", "given back", "waiting"])
def test_a_parent_between_two_invocations_is_cancelled_when_its_last_child_has_stopped(
    framework: Framework, cancel: Any, outcome: Outcome
) -> None:
    parent, (running, fresh) = with_children(framework, outcome, "a", "b")
    (held,) = framework.claim(running)
    cancel(framework, parent)
    asked = framework.get(parent)
    assert (asked.status.ended, asked.cancel_requested) == (False, True), "a child still runs"
    assert status(framework, fresh) is TaskStatus.CANCELLED
    assert framework.get(running).cancel_requested

    framework.take_messages()
    settle(framework, held, Completed({}))
    assert status(framework, parent) is TaskStatus.CANCELLED
    assert framework.messages() == 0, "a message could be held up by a pause, or by what is queued before it"


@in_both_ways
def test_a_waiting_parent_whose_children_have_not_begun_ends_at_the_call(framework: Framework, cancel: Any) -> None:
    parent, children = with_children(framework, Waiting(None, 2), "a", "b")
    released(framework, children[0], Retry("busy", timedelta(hours=1), 1))
    cancel(framework, parent)
    assert [status(framework, task) for task in (parent, *children)] == [TaskStatus.CANCELLED] * 3


def test_a_bulk_cancellation_tells_what_ended_and_what_still_runs(framework: Framework) -> None:
    fresh, retried, running = (framework.submit(max_retry=1) for _ in range(3))
    released(framework, retried, Retry("busy", timedelta(hours=1), 1))
    framework.claim(running)
    parent, children = with_children(framework, Waiting(None, 1), "a")
    framework.claim(children[0])
    done = framework.bulk.cancel(TaskFilter(TENANT), dry_run=False)
    assert (done.matched, done.cancelled, done.asked) == (4, 2, 2)
    assert set(done.ids) == {fresh.id, retried.id, running.id, parent.id}


@by_outcome
def test_a_child_that_stops_instead_of_going_on_ends_its_parent(framework: Framework, outcome: Outcome) -> None:
    parent, (child,) = with_children(framework, Waiting(None, 1), "a")
    (held,) = framework.claim(child)
    framework.service.cancel(TENANT, parent.id)
    settle(framework, held, outcome)
    assert [status(framework, task) for task in (child, parent)] == [TaskStatus.CANCELLED] * 2


@by_outcome
def test_a_child_cancelled_alone_wakes_its_parent_when_it_stops_instead_of_going_on(
    framework: Framework, outcome: Outcome
) -> None:
    parent, (child,) = with_children(framework, Waiting(None, 1), "a")
    (held,) = framework.claim(child)
    framework.service.cancel(TENANT, child.id)
    settle(framework, held, outcome)
    assert status(framework, child) is TaskStatus.CANCELLED
    assert not framework.get(parent).waiting
    framework.worker().run([parent.id])
    assert status(framework, parent) is TaskStatus.COMPLETED


@by_outcome
def test_a_parent_let_go_after_its_cancellation_is_not_cancelled_before_its_children(
    framework: Framework, outcome: Outcome
) -> None:
    """Such as one whose store went away while it looked for its children."""
    parent = framework.submit("parent", max_retry=3)
    (claimed,) = framework.claim(parent)
    framework.children.fan_out(claimed, [Child("a", "probe", ProbeParams(name="a"))])
    (child,) = children_of(framework, parent)
    (held,) = framework.claim(child)
    framework.store.request_cancel({"_id": parent.id}, now=framework.clock())
    settle(framework, claimed, outcome)
    assert not status(framework, parent).ended
    settle(framework, held, Completed({}))
    assert status(framework, parent) is TaskStatus.CANCELLED


@by_outcome
def test_a_cancelled_task_whose_worker_dies_right_after_letting_it_go_is_sent_by_the_next_pass(
    framework: Framework, outcome: Outcome
) -> None:
    task = framework.submit(max_retry=1)
    (held,) = framework.claim(task)
    framework.service.cancel(TENANT, task.id)
    settle(framework, held, outcome, follow=False)
    framework.take_messages()
    assert framework.recoverer().run().sent == 1
    framework.worker().run([task.id])
    assert status(framework, task) is TaskStatus.CANCELLED
    assert framework.probe.runs == {}


def test_a_family_of_three_generations_ends_with_its_last_leaf(framework: Framework) -> None:
    def work(params: ProbeParams, context: TaskContext) -> RunResult:
        below = {"top": "middle", "middle": "leaf"}.get(params.name)
        return FanOut([Child("one", "probe", ProbeParams(name=below))]) if below else Continue({})

    framework.probe.work = work
    top = framework.submit("top")
    framework.worker().run([top.id])
    (middle,) = children_of(framework, top)
    framework.worker().run([middle.id])
    (leaf,) = children_of(framework, middle)
    (held,) = framework.claim(leaf)
    framework.service.cancel(TENANT, top.id)
    assert framework.get(leaf).cancel_requested
    assert not any(status(framework, task).ended for task in (top, middle, leaf))
    settle(framework, held, Completed({}))
    assert [status(framework, task) for task in (top, middle)] == [TaskStatus.CANCELLED] * 2


def test_a_child_of_a_parent_that_is_to_stop_is_not_begun(framework: Framework) -> None:
    """It was inserted after the others were asked to stop."""
    parent, (child,) = with_children(framework, Waiting(None, 1), "a")
    framework.store.request_cancel({"_id": parent.id}, now=framework.clock())
    framework.worker().run([child.id])
    assert framework.probe.runs == {}
    assert [status(framework, task) for task in (child, parent)] == [TaskStatus.CANCELLED] * 2


def buried(framework: Framework, task: Task) -> None:
    for _ in range(3):
        framework.backlog.given_up(task.id, now=utc_now())
        framework.children.buried(task.id)


def test_a_child_that_the_queue_gave_up_wakes_its_parent(framework: Framework) -> None:
    parent, (child,) = with_children(framework, Waiting(None, 1), "a")
    buried(framework, child)
    assert status(framework, child) is TaskStatus.FAILED
    framework.worker().run([parent.id])
    assert framework.probe.joins == {parent.id: 1}


def test_a_parent_that_the_queue_gave_up_stops_its_children(framework: Framework) -> None:
    parent, (running, fresh) = with_children(framework, Retry("half-way", timedelta(hours=1), 1), "a", "b")
    framework.claim(running)
    buried(framework, parent)
    assert status(framework, parent) is TaskStatus.FAILED
    assert framework.get(running).cancel_requested
    assert status(framework, fresh) is TaskStatus.CANCELLED
