"""What the settings of a deployed stage promise, by a clock that is moved by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo.database import Database

from chalicelib.container import Container
from chalicelib.settings import Settings
from chalicelib.tasks.documents import INDEXES
from chalicelib.tasks.model import TaskStatus
from tests.integration.conftest import Framework
from tests.support.clock import FakeClock

RECOVERER_EVERY = 60
"""Seconds, as in ``events.schedules``."""


@pytest.fixture
def deployed(framework: Framework, database: Database[dict[str, Any]]) -> Framework:
    """The framework with the policy that settings have by default."""
    urls = {f"queue_{lane}_url": url for lane, url in framework.urls.items()}
    settings = Settings(mongodb_uri=SecretStr("mongodb://unused"), mongodb_database=database.name, **urls)  # type: ignore[arg-type]
    framework.policy = Container(settings).policy
    return framework


@pytest.mark.parametrize("phase", [0, 1, 29, 30, 31, 59])
def test_a_task_whose_worker_was_killed_runs_again_within_two_minutes(deployed: Framework, phase: int) -> None:
    clock = FakeClock()
    deployed.clock = clock
    task = deployed.submit(max_retry=1)
    killed_at = clock()
    assert deployed.claim(task)
    deployed.take_messages()
    clock.advance(phase)
    while not deployed.recoverer().run().lost:
        clock.advance(RECOVERER_EVERY)
    deployed.worker().run([task.id])
    assert deployed.get(task).status is TaskStatus.COMPLETED
    assert clock() - killed_at < timedelta(minutes=2)


def test_an_ended_task_is_kept_for_the_retention_time_and_an_open_one_for_ever(deployed: Framework) -> None:
    clock = FakeClock()
    deployed.clock = clock
    ended, open_ = deployed.submit(), deployed.submit()
    deployed.worker().run([ended.id])
    expiries = {document["_id"]: document.get("expires_at") for document in deployed.tasks.find()}
    assert expiries == {ended.id: clock() + timedelta(days=30), open_.id: None}
    retention = next(index for index in INDEXES if index.document["name"] == "retention")
    assert (retention.document["key"], retention.document["expireAfterSeconds"]) == ({"expires_at": 1}, 0)
