"""What a task tells stays within what can be stored and answered, however many parts it had."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from chalicelib.api.views.tasks import task_view
from chalicelib.assets.result import COUNTS
from chalicelib.executors.parts import told
from chalicelib.executors.sync_assets import SyncAssets, SyncParams
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Child, ChildResult, FanOut, RunResult
from chalicelib.tasks.model import Task, TaskStatus
from chalicelib.tasks.store import TaskFilter
from tests.integration.conftest import TENANT, Framework
from tests.support.probe import ProbeParams

SCOPES = 5000
FAILED = 40
NO_SERVICES: Any = None
"""A join of a dry run needs none."""


def detail(number: int) -> dict[str, Any]:
    held = number == SCOPES - 1
    return {
        "account_id": 123,
        "region": f"region-{number}",
        "asset_type": "security_group",
        **{f"{name}_count": 1 for name in COUNTS},
        "verdict": "held" if held else "complete",
        "reason": "it lost 40 % of its assets" if held else "",
    }


def scope(number: int) -> ChildResult:
    """How the child of one scope ended; the first ones failed."""
    params = {"account_id": 123, "regions": [f"region-{number}"], "asset_types": ["security_group"]}
    if number < FAILED:
        return ChildResult(params, TaskStatus.FAILED, None, "Forbidden.RAM: you may not")
    return ChildResult(params, TaskStatus.COMPLETED, {"details": [detail(number)]}, "")


def work(params: ProbeParams, context: TaskContext) -> RunResult:
    if params.name:
        return {"details": [{"told_by": "child"}], "errors": []}
    return FanOut([Child("child", "probe", ProbeParams(name="child"))])


def join(_: Sequence[ChildResult], context: TaskContext) -> Mapping[str, Any]:
    dry_run = SyncParams.model_validate({"provider": "aliyun", "dry_run": True})
    return SyncAssets(NO_SERVICES).join(dry_run, [scope(number) for number in range(SCOPES)], context)


@pytest.fixture
def large(framework: Framework) -> Task:
    """A task that joined what 5,000 scopes came to, and has ended."""
    framework.probe.work, framework.probe.joined = work, join
    parent = framework.submit()
    framework.worker().run([parent.id])
    framework.worker().run([child.id for child in children(framework, parent)])
    framework.worker().run([parent.id])
    return framework.get(parent)


def children(framework: Framework, parent: Task) -> list[Task]:
    return framework.service.find(TaskFilter(TENANT, parent_id=parent.id), limit=100).tasks


def test_a_sync_of_5000_scopes_is_stored_and_answered_in_less_than_a_megabyte(large: Task) -> None:
    result = large.result
    assert (large.status, large.error) == (TaskStatus.COMPLETED, "")
    assert result is not None
    assert len(json.dumps(task_view(large), ensure_ascii=False).encode()) < 1_000_000
    assert (result["total_count"], result["error_count"]) == (SCOPES - FAILED, FAILED)
    assert len(result["errors"]) == FAILED
    assert "errors_omitted" not in result
    assert len(result["details"]) > 1000
    assert len(result["details"]) + result["details_omitted"] == SCOPES - FAILED
    assert result["details"][0] == detail(FAILED)
    assert result["details"][-1] == detail(SCOPES - 1), "what is in doubt is told first of all"


@pytest.mark.usefixtures("large")
def test_lists_leave_out_what_a_task_tells_of_its_parts(framework: Framework) -> None:
    for which in (TaskFilter(TENANT), TaskFilter(TENANT, children=True)):
        listed = framework.service.find(which, limit=100).tasks
        assert listed
        for task in listed:
            assert task.result is not None
            assert not {"details", "errors"} & task.result.keys()
    (parent,) = framework.service.find(TaskFilter(TENANT), limit=100).tasks
    assert parent.result is not None
    assert parent.result["error_count"] == FAILED


def test_the_children_of_a_task_tell_all_that_they_came_to(framework: Framework, large: Task) -> None:
    assert [child.result for child in children(framework, large)] == [work(ProbeParams(name="child"), NO_SERVICES)]


def test_a_result_that_could_not_be_answered_fails_its_task(framework: Framework) -> None:
    framework.probe.work = lambda params, context: {"text": "x" * 6_000_000}
    task = framework.submit()
    framework.worker().run([task.id])
    ended = framework.get(task)
    assert (ended.status, ended.error.partition(":")[0]) == (TaskStatus.FAILED, "the outcome cannot be stored")


def test_what_fits_is_told_in_its_order_and_what_does_not_is_counted() -> None:
    few = [{"region": name} for name in "cab"]
    assert told(few, few, first=lambda part: part["region"] == "b") == {"errors": few, "details": few}
    many = [{"region": str(number), "error": "x" * 1000} for number in range(2000)]
    cut = told([], many)
    assert 100 < len(cut["errors"]) < len(many)
    assert cut["errors"] == many[: len(cut["errors"])]
    assert cut["errors_omitted"] == len(many) - len(cut["errors"])
