"""Children whose parent has ended, or is gone, or starts afresh: nobody wants what they would do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.clock import utc_now
from chalicelib.tasks.executor import Child
from chalicelib.tasks.model import Lease, Task
from chalicelib.tasks.outcome import Cancelled, Retry
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
