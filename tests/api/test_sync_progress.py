"""The progress of one scope whose listing goes on in another invocation."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.clock import utc_now
from chalicelib.executors.sync_assets import SyncParams
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Continue
from chalicelib.tasks.model import Lease
from infra.local.clouds.aliyun import FakeAliyun, generate
from tests.api.conftest import REGIONS, Service
from tests.api.test_tasks import SYNC

REGION = REGIONS[0]


class Watched(TaskContext):
    """Keeps what is reported, and has no time left after so many reports."""

    def __init__(self, *args: Any, reports: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.left = reports
        self.seen: list[float] = []

    def report(self, percent: float, message: str) -> None:
        self.seen.append(percent)
        super().report(percent, message)

    def out_of_time(self) -> bool:
        return len(self.seen) >= self.left


@pytest.fixture
def fake() -> FakeAliyun:
    return FakeAliyun(generate(1000, regions=(REGION,)))


def test_progress_goes_on_where_the_last_invocation_left_it(service: Service, account: int) -> None:
    container = service.container
    body = SYNC | {"regions": [REGION], "account_id": account, "asset_types": ["ecs"]}
    task_id = service.post("/tasks/sync-assets", body).data["task_id"]
    now = utc_now()
    until = now + timedelta(minutes=5)
    claims = ClaimStore(container.database["tasks"], container.policy, container.texts)
    (task,) = claims.claim([task_id], Lease("w", "t"), now=now, until=until)
    executor = container.executors("sync_assets")
    params = SyncParams.model_validate(body)

    first = Watched(task, leased_until=until, clock=utc_now, reports=6)
    left = executor.run(params, first)
    assert isinstance(left, Continue)
    (task,) = claims.claim([task_id], Lease("w", "later"), now=until, until=until + timedelta(minutes=5))
    second = Watched(task, leased_until=until, clock=utc_now, reports=100)
    second.checkpoint = left.checkpoint
    result = executor.run(params, second)
    assert not isinstance(result, Continue)
    started, *went_on = second.seen
    assert started == 0
    assert went_on[0] > first.seen[-1]
    assert went_on == sorted(went_on)
