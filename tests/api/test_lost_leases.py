"""Syncs whose worker stood still for longer than a lease, as on a machine that is far too busy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from chalicelib.clock import utc_now
from chalicelib.settings import Settings
from chalicelib.tasks.model import Lane
from infra.local.clouds.aliyun import FakeAliyun, generate
from infra.local.clouds.server import Answer, CloudServer, Request
from tests.api.conftest import INSTANCES, REGIONS, Service, aliyun_account, serving

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

SYNC = {"provider": "aliyun", "account_id": 123, "asset_types": ["ecs"]}


class StandsStill(FakeAliyun):
    """While it answers for the first time what there is, the time of a lease passes, and nobody beats."""

    lost = timedelta()

    def now(self) -> datetime:
        return utc_now() + self.lost

    def answer(self, request: Request) -> Answer:
        if request.headers.get("x-acs-action") == "DescribeInstances":
            self.lost = timedelta(seconds=6)
        return super().answer(request)


@pytest.fixture
def fake() -> StandsStill:
    return StandsStill(generate(INSTANCES, regions=REGIONS))


@pytest.fixture
def service(settings: Settings, sqs: SQSClient, queue_urls: dict[Lane, str], fake: StandsStill) -> Iterator[Service]:
    beatless = settings.model_copy(update={"beat_seconds": 3600})
    with serving(beatless, sqs, queue_urls, clock=fake.now) as service:
        yield service


@pytest.fixture
def task_id(service: Service, cloud: CloudServer) -> str:
    service.post("/accounts", aliyun_account(cloud.url))
    submitted: str = service.post("/tasks/sync-assets", SYNC).data["task_id"]
    return submitted


def test_a_sync_whose_worker_stood_still_for_longer_than_a_lease_is_left_to_the_recoverer(
    service: Service, task_id: str
) -> None:
    service.work()
    left = service.get(f"/tasks/{task_id}").data
    assert (left["status"], left["result"]) == ("running", None), "nothing was written without a lease"
    assert service.container.recoverer.run().lost >= 1
    service.work()
    ended = service.get(f"/tasks/{task_id}").data
    assert (ended["status"], ended["result"]["total_count"]) == ("completed", INSTANCES)


def test_who_waits_for_a_sync_to_end_has_it_finished_by_another_worker(service: Service, task_id: str) -> None:
    ended = service.ended(task_id)
    assert (ended["status"], ended["result"]["total_count"]) == ("completed", INSTANCES)
