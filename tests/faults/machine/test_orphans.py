"""Children whose parent has ended, or is gone, or starts afresh: nobody wants what they would do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.clock import utc_now
from chalicelib.tasks.aftermath import Aftermath
from chalicelib.tasks.executor import Child
from chalicelib.tasks.model import Lease, Task, TaskStatus
from chalicelib.tasks.outcome import Cancelled, Completed, Failed, Outcome, Retry, Waiting
from chalicelib.tasks.store import TaskFilter
from tests.integration.conftest import TENANT, Framework
from tests.support.probe import ProbeParams


def _claim(framework: Framework, task: Task) -> Task:
    now = utc_now()
    until = now + timedelta(minutes=1)
    (claimed,) = framework.claims.claim([task.id], Lease("w", "t"), now=now, until=until)
    return claimed


@pytest.mark.parametrize("how", ["cancelled", "deleted", "retried"])
def test_children_that_come_after_the_end_of_their_parent_are_not_run(framework: Framework, how: str) -> None:
    """A worker can be overtaken by anything just before it inserts what its task fans out to."""
    parent = framework.submit()
    claimed = _claim(framework, parent)
    framework.service.cancel(TENANT, parent.id)
    framework.claims.settle("t", [(claimed, Cancelled())], now=utc_now())
    if how == "deleted":
        framework.service.delete(TENANT, parent.id, force=False)
    if how == "retried":
        framework.service.retry(TENANT, parent.id, by="tester")
    framework.children.fan_out(claimed, [Child(key, "probe", ProbeParams(name=key)) for key in "abc"])

    orphans = [document["_id"] for document in framework.tasks.find({"parent_id": parent.id})]
    framework.worker().run(orphans)
    assert framework.probe.runs == {}
    assert {document["status"] for document in framework.tasks.find({"parent_id": parent.id})} == {"cancelled"}


def test_of_a_batch_the_children_run_whose_parent_is_open(framework: Framework) -> None:
    ended, open_ = framework.submit("ended"), framework.submit("open")
    framework.service.cancel(TENANT, ended.id)
    for parent in (ended, open_):
        framework.children.fan_out(parent, BROOD)
    framework.worker().run([child["_id"] for child in framework.tasks.find({"parent_id": {"$ne": None}})])
    assert framework.probe.runs.keys() == {child["_id"] for child in _children(framework, open_)}


def test_cancelling_a_parent_that_waits_to_be_retried_stops_the_children_it_has(framework: Framework) -> None:
    """It failed in the midst of fanning out."""
    parent = framework.submit(max_retry=1)
    claimed = _claim(framework, parent)
    framework.children.fan_out(claimed, [Child("a", "probe", ProbeParams(name="a"))])
    framework.claims.settle("t", [(claimed, Retry("half-way", timedelta(), 1))], now=utc_now())
    framework.service.cancel(TENANT, parent.id)
    (child,) = framework.tasks.find({"parent_id": parent.id})
    framework.worker().run([child["_id"]])
    assert framework.probe.runs == {}


def test_children_of_the_same_key_are_one_child_that_is_sent_at_once(framework: Framework) -> None:
    parent = framework.submit()
    child = Child("a", "probe", ProbeParams())
    assert framework.children.fan_out(framework.get(parent), [child, child]) == 1
    assert framework.messages() == 2, "the parent's and the child's"


BROOD = [Child(key, "probe", ProbeParams(name=key)) for key in "ab"]


def _settle(framework: Framework, task: Task, outcome: Outcome, *, follow: bool = True) -> None:
    assert task.lease
    framework.claims.settle(task.lease.token, [(task, outcome)], now=utc_now())
    if follow:
        Aftermath(framework.dispatch, framework.children).follow([(task, outcome)])


def _children(framework: Framework, parent: Task) -> list[dict[str, Any]]:
    return list(framework.tasks.find({"parent_id": parent.id}))


def _statuses(framework: Framework, parent: Task) -> dict[int, set[str]]:
    """Of its children, by generation."""
    found: dict[int, set[str]] = {}
    for child in _children(framework, parent):
        found.setdefault(child["generation"], set()).add(child["status"])
    return found


def _failed_without_telling_its_children(framework: Framework) -> Task:
    """Its worker was lost right after it had settled it. Returns the task as that worker had claimed it."""
    claimed = _claim(framework, framework.submit())
    framework.children.fan_out(claimed, BROOD)
    _settle(framework, claimed, Failed("broken"), follow=False)
    assert _statuses(framework, claimed) == {0: {"pending"}}
    return claimed


def _retry_alone(framework: Framework, task: Task) -> None:
    framework.service.retry(TENANT, task.id, by="tester")


def _retry_in_bulk(framework: Framework, task: Task) -> None:
    assert framework.bulk.retry(TaskFilter(TENANT), by="tester", dry_run=False).ids == (task.id,)


@pytest.mark.parametrize("retry", [_retry_alone, _retry_in_bulk], ids=["alone", "in bulk"])
def test_a_retry_by_hand_ends_what_is_left_of_the_former_run_before_anything_claims_it(
    framework: Framework, retry: Callable[[Framework, Task], None]
) -> None:
    parent = _failed_without_telling_its_children(framework)
    retry(framework, parent)
    assert framework.get(parent).status is TaskStatus.PENDING
    assert _statuses(framework, parent) == {0: {"cancelled"}}
    framework.worker().run([parent.id, *(child["_id"] for child in _children(framework, parent))])
    assert framework.probe.runs == {parent.id: 1}
    events = [[entry["event"] for entry in child["timeline"]] for child in _children(framework, parent)]
    assert events == [["submitted", "cancelled"]] * 2


def test_a_retry_whose_caller_dies_before_it_takes_effect_can_be_repeated(framework: Framework) -> None:
    parent = _failed_without_telling_its_children(framework)
    framework.children.cancel_left_over({parent.id: 0})
    assert framework.get(parent).status is TaskStatus.FAILED
    framework.service.retry(TENANT, parent.id, by="tester")
    framework.worker().run([parent.id])
    assert framework.get(parent).status is TaskStatus.COMPLETED
    assert _statuses(framework, parent) == {0: {"cancelled"}}


@pytest.mark.parametrize("by_hand", [False, True], ids=["after a lost worker", "after a retry by hand"])
def test_a_run_that_completes_without_fanning_out_ends_the_children_of_another_run(
    framework: Framework, by_hand: bool
) -> None:
    """Those of a worker that was lost in the midst of it, or was frozen and came back."""
    if by_hand:
        overtaken = _failed_without_telling_its_children(framework)
        framework.service.retry(TENANT, overtaken.id, by="tester")
        late = [Child("late", "probe", ProbeParams(name="late"))]
    else:
        overtaken = framework.submit(max_retry=1)
        framework.claim_and_lose(overtaken)
        late = BROOD
    framework.children.fan_out(overtaken, late)
    framework.take_messages()
    framework.worker().run([overtaken.id])
    assert framework.get(overtaken).status is TaskStatus.COMPLETED
    assert _statuses(framework, overtaken) == {0: {"cancelled"}}


def test_a_worker_of_a_former_run_that_comes_back_leaves_the_children_of_the_new_one_alone(
    framework: Framework,
) -> None:
    former = _failed_without_telling_its_children(framework)
    framework.service.retry(TENANT, former.id, by="tester")
    again = _claim(framework, former)
    framework.children.fan_out(again, BROOD)
    _settle(framework, again, Waiting(None, len(BROOD)))
    framework.children.cancel_left_over({former.id: former.generation})
    framework.children.cancel_open(former.id, former.generation)
    assert _statuses(framework, former) == {0: {"cancelled"}, 1: {"pending"}}


def test_a_retried_parent_is_not_cancelled_by_the_last_child_of_its_former_run_while_one_of_this_run_goes_on(
    framework: Framework,
) -> None:
    former = _claim(framework, framework.submit())
    framework.children.fan_out(former, BROOD[:1])
    (old,) = framework.store.newest(TaskFilter(TENANT, parent_id=former.id), limit=9)
    (stopping,) = framework.claim(old)
    _settle(framework, former, Failed("broken"))
    framework.service.retry(TENANT, former.id, by="tester")
    again = _claim(framework, former)
    framework.children.fan_out(again, BROOD[:1])
    _settle(framework, again, Waiting(None, 1))
    (new,) = framework.store.newest(TaskFilter(TENANT, parent_id=former.id, generation=1), limit=9)
    (running,) = framework.claim(new)
    framework.service.cancel(TENANT, former.id)

    _settle(framework, stopping, Cancelled())
    assert framework.get(former).status is TaskStatus.RUNNING, "a child of it still runs"
    _settle(framework, running, Completed({}))
    assert framework.get(former).status is TaskStatus.CANCELLED
