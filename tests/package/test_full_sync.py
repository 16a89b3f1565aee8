"""A whole sync with nothing but the zip: API → queue → worker → completed, each by Lambda's own runtime client."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pymongo.database import Database

from chalicelib.indexes import ensure
from infra.local import emulator
from infra.local.clouds.aliyun import DEFAULT_KEY, FakeAliyun, generate
from infra.local.clouds.server import CloudServer
from infra.local.config import LANES, Config
from infra.local.function import FunctionEnvironment
from infra.local.sqs_event import failed_ids, sqs_event
from tests.package.conftest import Deploy
from tests.support.conditions import eventually
from tests.support.stack import stack_config

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

API = "/api/v1/cam"
REGIONS = ("cn-shenzhen", "cn-hangzhou")
TYPES = ("ecs", "disk", "vpc")
SYNC_SECONDS = 120


@dataclass(frozen=True)
class Deployed:
    """Two functions of the package, and what lies between them."""

    api: FunctionEnvironment
    consumer: FunctionEnvironment
    sqs: SQSClient
    queue: str

    def asked(self, method: str, path: str, body: Mapping[str, Any] | None = None, **parameters: str) -> Any:
        """The data of the API's answer to an event as API Gateway makes it; ``{…}`` in ``path`` are parameters."""
        answer = self.api.invoke(
            {
                "resource": API + path,
                "path": API + path.format(**parameters),
                "httpMethod": method,
                "headers": {"Content-Type": "application/json"},
                "multiValueHeaders": {"Content-Type": ["application/json"]},
                "multiValueQueryStringParameters": None,
                "pathParameters": parameters or None,
                "stageVariables": None,
                "requestContext": {"resourcePath": API + path, "httpMethod": method, "requestId": "r", "identity": {}},
                "body": None if body is None else json.dumps(body),
                "isBase64Encoded": False,
            }
        )
        assert isinstance(answer, dict)
        envelope = json.loads(answer["body"])
        assert (envelope["code"], envelope["msg"]) == (0, "success"), envelope
        return envelope["data"]

    def turn(self) -> int:
        """Hand one batch of messages to the consumer, as the event source mapping does; answers how many."""
        got = self.sqs.receive_message(
            QueueUrl=self.queue, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["All"]
        ).get("Messages", [])
        if not got:
            return 0
        arn = f"arn:aws:sqs:us-east-1:123456789012:{self.queue.rpartition('/')[2]}"
        answer = self.consumer.invoke(sqs_event(got, queue_arn=arn, region="us-east-1"))
        assert failed_ids(answer, [one["MessageId"] for one in got]) == frozenset()
        for one in got:
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"])
        return len(got)

    def synced(self, account: int) -> tuple[dict[str, Any], int]:
        """A sync as it ended, and how many messages that took."""
        body = {"provider": "aliyun", "account_id": account, "asset_types": list(TYPES)}
        task_id = self.asked("POST", "/tasks/sync-assets", body)["task_id"]
        messages = 0

        def ended() -> dict[str, Any]:
            nonlocal messages
            messages += self.turn()
            task: dict[str, Any] = self.asked("GET", "/tasks/{task_id}", task_id=task_id)
            return task if task["status"] in ("completed", "failed") else {}

        return eventually(ended, within=SYNC_SECONDS), messages


@pytest.fixture
def fake() -> FakeAliyun:
    return FakeAliyun(generate(150, regions=REGIONS))


@pytest.fixture
def cloud(fake: FakeAliyun) -> Iterator[CloudServer]:
    with CloudServer(fake) as server:
        yield server


@pytest.fixture
def config(mongodb_uri: str, database: Database[dict[str, Any]], tmp_path: Path) -> Iterator[Config]:
    """Of an emulator that runs, and a store that has its indexes."""
    ensure(database)
    known = {"CAM_MONGODB_URI": mongodb_uri, "CAM_MONGODB_DATABASE": database.name}
    config = stack_config(tmp_path / "stack", product=known)
    server = emulator.launch(
        tmp_path / "emulator",
        port=config.ports["emulator"],
        log=tmp_path / "emulator.log",
        python=config.emulator_python,
    )
    emulator.wait_ready(server)
    yield config
    server.stop()


@pytest.fixture
def functions(config: Config, deployed: Deploy) -> Iterator[Deployed]:
    environ = config.environment()
    with closing(emulator.sqs_client(config.emulator_url)) as sqs:
        urls = {lane: sqs.create_queue(QueueName=config.lane_urls[lane].rpartition("/")[2]) for lane in LANES}
        assert {lane: made["QueueUrl"] for lane, made in urls.items()} == config.lane_urls
        api, consumer = deployed("APIHandler", **environ), deployed("ConsumeNormal", **environ)
        yield Deployed(api, consumer, sqs, config.lane_urls["normal"])


def test_a_full_sync_runs_from_the_zip_alone_and_the_next_one_finds_everything_unchanged(
    functions: Deployed, cloud: CloudServer, fake: FakeAliyun
) -> None:
    account = functions.asked(
        "POST",
        "/accounts",
        {
            "provider": "aliyun",
            "name": "packaged",
            "credentials": {
                "access_key_id": DEFAULT_KEY.access_key_id,
                "access_key_secret": DEFAULT_KEY.access_key_secret,
            },
            "endpoint": cloud.url,
        },
    )["id"]
    there = {(region, kind): len(fake.inventory.native_ids(kind, region)) for region in REGIONS for kind in TYPES}
    everything = sum(there.values())

    first, messages = functions.synced(account)
    assert first["status"] == "completed", first
    assert messages >= 1 + len(there), "the parent and a child for each scope came through the queue"
    assert found(first) == there
    assert counts(first) == (everything, everything, 0, 0)
    stored = functions.asked("GET", "/assets/summary")
    assert stored["total"] == everything

    second, _ = functions.synced(account)
    assert counts(second) == (everything, 0, everything, 0)


def found(task: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    return {(one["region"], one["asset_type"]): one["total_count"] for one in task["result"]["details"]}


def counts(task: Mapping[str, Any]) -> tuple[int, ...]:
    return tuple(task["result"][f"{name}_count"] for name in ("total", "added", "unchanged", "error"))
