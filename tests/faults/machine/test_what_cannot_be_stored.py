"""What the store would refuse is the fault of one task and stays there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.errors import FatalError, RetryableError
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Continue
from chalicelib.tasks.model import TaskStatus
from tests.integration.conftest import Framework
from tests.support.conditions import eventually
from tests.support.probe import ProbeParams

NOT_STORABLE: list[Mapping[str, Any]] = [
    {"a": object()},
    {"a": 2**64},
    {"a": "\ud800"},
    {"a\0b": 1},
    {"a": "x" * (17 * 1024 * 1024)},
]


@pytest.mark.parametrize("result", NOT_STORABLE, ids=["object", "number", "surrogate", "key", "size"])
@pytest.mark.parametrize("wrap", [lambda result: result, Continue], ids=["result", "checkpoint"])
def test_what_cannot_be_stored_fails_its_task_and_no_other(
    framework: Framework, result: Mapping[str, Any], wrap: Any
) -> None:
    framework.probe.work = lambda params, context: wrap(result) if params.name == "bad" else {"fine": True}
    bad, *fine = (framework.submit(name) for name in ("bad", "one", "two"))
    assert framework.worker().run([task.id for task in (bad, *fine)]) == set()
    ended = framework.get(bad)
    assert (ended.status, ended.error.partition(":")[0]) == (TaskStatus.FAILED, "the outcome cannot be stored")
    assert [framework.get(task).status for task in fine] == [TaskStatus.COMPLETED] * 2


@pytest.mark.parametrize("error", [FatalError("\ud800"), RetryableError("\ud800" * 9999)])
def test_texts_that_cannot_be_stored_hold_up_no_batch(framework: Framework, error: Exception) -> None:
    """Texts of clouds come from JSON, where half a character can be written."""

    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        if params.name == "bad":
            context.report(10, "\ud800")
            eventually(lambda: framework.get(bad).message == "?")
            raise error
        return {}

    framework.probe.work = work
    bad, fine = framework.submit("bad"), framework.submit("fine")
    assert framework.worker().run([bad.id, fine.id]) == set()
    ended = framework.get(bad)
    assert (ended.status, set(ended.error)) == (TaskStatus.FAILED, {"?"})
    assert framework.get(fine).status is TaskStatus.COMPLETED


@pytest.mark.parametrize("done", [{"written": 5}, *NOT_STORABLE])
def test_what_a_failed_task_had_done_is_kept_unless_it_cannot_be_stored(
    framework: Framework, done: Mapping[str, Any]
) -> None:
    def work(params: ProbeParams, context: TaskContext) -> Mapping[str, Any]:
        error = FatalError("half-way")
        error.done = done
        raise error

    framework.probe.work = work
    task = framework.submit()
    assert framework.worker().run([task.id]) == set()
    ended = framework.get(task)
    assert (ended.status, ended.error) == (TaskStatus.FAILED, "half-way")
    assert ended.result == (done if done == {"written": 5} else None)
