"""The template and the zip as a stack in the AWS emulator, which transforms the one and runs the other."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from chalicelib.access.roles import Role
from chalicelib.api.callers import NewKey
from infra import keys
from infra.local.clouds.aliyun import DEFAULT_KEY, FakeAliyun, generate
from infra.local.clouds.server import CloudServer
from infra.migrations.__main__ import migrate_stage
from infra.package.environment import environment_of
from infra.package.overlay.metrics import COMPLETED_SYNC
from infra.package.places import Output
from infra.package.stage import Stage
from tests.conftest import DUMMY_AWS
from tests.package.stack import ON_LOOPBACK, Stack, running
from tests.support.conditions import eventually

INSTANCES = 230
SYNC_SECONDS = 180
MADE = {
    "ApiGateway::Account": 1,
    "ApiGateway::Deployment": 1,
    "ApiGateway::RestApi": 1,
    "ApiGateway::Stage": 1,
    "CloudWatch::Alarm": 37,
    "CloudWatch::Dashboard": 1,
    "Events::Rule": 3,
    "IAM::Role": 11,
    "KMS::Key": 1,
    "Lambda::Alias": 9,
    "Lambda::EventInvokeConfig": 3,
    "Lambda::EventSourceMapping": 4,
    "Lambda::Function": 9,
    "Lambda::Permission": 5,
    "Lambda::Version": 9,
    "Logs::LogGroup": 10,
    "Logs::MetricFilter": 3,
    "S3::Bucket": 1,
    "S3::BucketPolicy": 1,
    "SNS::Topic": 1,
    "SNS::TopicPolicy": 1,
    "SQS::Queue": 5,
    "SQS::QueuePolicy": 5,
}
"""How many resources of each kind a stack has: whatever is added to it is written down here, too."""


@pytest.fixture(scope="module")
def stack(package: Output, stage: Stage, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One stack for all tests, with the store's address where a function looks for it."""
    with running(package, tmp_path_factory.mktemp("emulator"), stage=ON_LOOPBACK) as made:
        made.client("ssm").put_parameter(Name=stage.mongodb_parameter, Value=mongodb_uri, Type="SecureString")
        yield made


def test_the_stack_makes_what_is_written_down_and_nothing_else(stack: Stack) -> None:
    made = stack.resources()
    assert {one["ResourceStatus"] for one in made} == {"CREATE_COMPLETE"}
    assert Counter(one["ResourceType"].removeprefix("AWS::") for one in made) == MADE


def test_deployed_mappings_take_batches_and_report_what_failed(stack: Stack, stage: Stage) -> None:
    found = {
        one["EventSourceArn"].rpartition(":")[2]: one
        for one in stack.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    }
    lanes = stage.overlay.lanes
    wanted = {
        "cam-tasks-prod-high": (lanes.high.batch_size, lanes.high.max_concurrency),
        "cam-tasks-prod-normal": (lanes.normal.batch_size, lanes.normal.max_concurrency),
        "cam-tasks-prod-low": (lanes.low.batch_size, lanes.low.max_concurrency),
        "cam-tasks-prod-dead-letters": (10, 2),
    }
    assert {
        name: (one["BatchSize"], one["ScalingConfig"]["MaximumConcurrency"]) for name, one in found.items()
    } == wanted
    assert all(one["FunctionResponseTypes"] == ["ReportBatchItemFailures"] for one in found.values())
    assert all(one["State"] == "Enabled" for one in found.values())


def test_whatever_triggers_a_deployed_function_calls_its_alias(stack: Stack) -> None:
    mappings = stack.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert {one["FunctionArn"].rpartition(":")[2] for one in mappings} == {"live"}
    events = stack.client("events")
    for rule in ("RecoverRecoverEvent", "ScheduleSyncsScheduleSyncsEvent", "SyncRequestedSyncRequestedEvent"):
        (target,) = events.list_targets_by_rule(Rule=stack.physical(rule).rpartition("/")[2])["Targets"]
        assert target["Arn"].endswith(":live"), rule
    api = stack.client("apigateway")
    shown = [
        one["resourceMethods"][method]["methodIntegration"]["uri"]
        for one in api.get_resources(restApiId=stack.physical("RestAPI"), limit=500, embed=["methods"])["items"]
        for method in one.get("resourceMethods", {})
        if one["resourceMethods"][method]["methodIntegration"]["type"] == "AWS_PROXY"
    ]
    assert shown
    assert all(uri.endswith(":live/invocations") for uri in shown)


def test_deployed_queues_hide_messages_long_enough_and_give_them_up(stack: Stack) -> None:
    sqs = stack.client("sqs")
    for lane in ("HighQueue", "NormalQueue", "LowQueue"):
        found = sqs.get_queue_attributes(QueueUrl=stack.physical(lane), AttributeNames=["All"])["Attributes"]
        assert found["VisibilityTimeout"] == "5400"
        assert '"maxReceiveCount":5' in found["RedrivePolicy"].replace(" ", "")
        assert found["KmsMasterKeyId"]


def test_a_sync_goes_from_the_deployed_api_over_the_queue_to_the_deployed_worker(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in DUMMY_AWS.items():
        monkeypatch.setenv(name, value)
    at = {"CAM_AWS_ENDPOINT_URL": stack.url}
    migrate_stage("prod", at)
    admin = keys.mint(environment_of("prod", at), "default", NewKey(name="test", role=Role.ADMIN))
    key = {"access_key_id": DEFAULT_KEY.access_key_id, "access_key_secret": DEFAULT_KEY.access_key_secret}
    account = {"provider": "aliyun", "name": "fake", "credentials": key}
    with (
        CloudServer(FakeAliyun(generate(INSTANCES))) as cloud,
        httpx.Client(base_url=stack.api, timeout=60, trust_env=False) as client,
    ):
        assert client.get("/health").status_code == 200
        assert client.get("/tasks").status_code == 401
        assert client.get("/tasks", headers={"Authorization": f"Bearer {admin}x"}).status_code in (401, 403)
        client.headers["Authorization"] = f"Bearer {admin}"
        assert client.get("/whoami").json()["data"]["role"] == "admin"
        assert client.get("/ready").json()["data"] == {"status": "ready"}
        assert client.post("/accounts", json=account | {"endpoint": cloud.url}).status_code == 201
        sync = {"provider": "aliyun", "asset_types": ["ecs"]}
        task = client.post("/tasks/sync-assets", json=sync).json()["data"]["task_id"]

        def ended() -> dict[str, Any]:
            found: dict[str, Any] = client.get(f"/tasks/{task}").json()["data"]
            return found if found["status"] in ("completed", "failed") else {}

        done = eventually(ended, within=SYNC_SECONDS, every=0.5)
        assert (done["status"], done["result"]["total_count"]) == ("completed", INSTANCES), done
        assert client.get("/assets", params={"type": "ecs", "limit": 1}).json()["data"]["total"] == INSTANCES

    def counted() -> list[str]:
        logs = stack.client("logs").get_paginator("filter_log_events")
        pages = logs.paginate(logGroupName="/cam-tasks-prod/consume-normal")
        lines = [event["message"] for page in pages for event in page["events"]]
        return [line for line in lines if line.startswith("{") and COMPLETED_SYNC.items() <= json.loads(line).items()]

    assert eventually(counted, within=10), "the alarm of syncs looks for a line that workers do not write"
