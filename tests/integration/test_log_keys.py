"""Every line of a task tells which task it is of, also of tasks that run side by side."""

from __future__ import annotations

import io
import json
import threading
from dataclasses import replace
from typing import Any, cast

import pytest

from chalicelib.errors import RetryableError
from chalicelib.logs import logger
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import RunResult
from chalicelib.tasks.model import Task
from tests.integration.conftest import CALLER, Framework
from tests.integration.test_worker import Disconnecting
from tests.support.probe import ProbeParams

NAMES = ("retries", "breaks")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", stream)
    return stream


def lines(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def submit(framework: Framework, name: str) -> Task:
    by = CALLER._replace(correlation_id=f"asked for {name}")
    return framework.service.submit("probe", {"name": name}, caller=by).task


def test_every_line_of_tasks_that_run_at_the_same_time_has_its_own_tasks_keys(
    framework: Framework, written: io.StringIO
) -> None:
    together = threading.Barrier(len(NAMES), timeout=30)

    def work(params: ProbeParams, context: TaskContext) -> RunResult:
        together.wait()
        for step in range(5):
            logger.info("at work", extra={"about": params.name, "step": step})
            together.wait()
        if params.name == "retries":
            raise RetryableError(f"no luck with {params.name}")
        raise ZeroDivisionError(params.name)

    framework.probe.work = work
    framework.probe.max_retry = 1
    tasks = {name: submit(framework, name) for name in NAMES}
    written.truncate(0)
    written.seek(0)
    framework.worker().run([task.id for task in tasks.values()])

    found = lines(written)
    expected = {(task.id, "probe", task.correlation_id) for task in tasks.values()}
    assert {(line["task_id"], line["task_type"], line["correlation_id"]) for line in found} == expected
    for name, task in tasks.items():
        own = [line for line in found if line["task_id"] == task.id]
        assert {line["about"] for line in own if "about" in line} == {name}
        assert [line["message"] for line in own].count("at work") == 5
        assert {"task will be retried", "task run ended"} <= {line["message"] for line in own}
        assert {line["attempt"] for line in own} == {1}
    assert [line["task_id"] for line in found if line["message"] == "fault in an executor"] == [tasks["breaks"].id]


def test_a_line_about_tasks_that_could_not_be_settled_names_them(framework: Framework, written: io.StringIO) -> None:
    task = submit(framework, "fine")
    broken = cast(Any, Disconnecting(framework.tasks, "bulk_write", times=1))
    replace(framework, tasks=broken).worker().run([task.id])
    (line,) = [line for line in lines(written) if line["message"] == "tasks could not be settled, trying again"]
    named = {name: line[name] for name in ("task_ids", "task_types", "correlation_ids")}
    assert named == {"task_ids": [task.id], "task_types": ["probe"], "correlation_ids": ["asked for fine"]}
