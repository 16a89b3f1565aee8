"""The id of a task joins the traces of its request and its run; whoever is not traced does not pay for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pymongo.database import Database

from chalicelib.tasks.model import Lane
from chalicelib.tasks.queue import Message, SqsTaskQueue
from chalicelib.traces import Traces
from tests.conftest import BUCKET, DUMMY_AWS
from tests.support.xray import Daemon

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

ROOT = Path(__file__).parents[2]
REQUEST = "Root=1-6743c2a0-0123456789abcdef01234567;Parent=53995c3f42cd8ad8;Sampled="
RUN = "Root=1-6743c2b1-89abcdef0123456789abcdef;Parent=64aa6d4053de9be9;Sampled="


@pytest.fixture
def daemon() -> Iterator[Daemon]:
    made = Daemon()
    yield made
    made.close()


def ran(uri: str, database: Database[dict[str, Any]], daemon: Daemon | None, *, sampled: str) -> dict[str, Any]:
    """What a task that is submitted and run in one Lambda environment shows."""
    lambda_environment = {
        "LAMBDA_TASK_ROOT": str(ROOT),
        "_X_AMZN_TRACE_ID": REQUEST + sampled,
        "CONSUMER_TRACE_ID": RUN + sampled,
        "CAM_MONGODB_URI": uri,
        "CAM_MONGODB_DATABASE": database.name,
        "CAM_EXPORT_BUCKET": BUCKET,
    }
    if daemon:
        lambda_environment["AWS_XRAY_DAEMON_ADDRESS"] = daemon.address
    process = subprocess.run(
        [sys.executable, "-m", "tests.support.traced"],
        cwd=ROOT,
        env={**os.environ, **DUMMY_AWS, **lambda_environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    found: dict[str, Any] = json.loads(process.stderr)
    assert found["status"] == "completed"
    return found


def test_a_sampled_task_is_found_by_its_id_in_its_request_and_in_its_run(
    mongodb_uri: str, database: Database[dict[str, Any]], daemon: Daemon
) -> None:
    found = ran(mongodb_uri, database, daemon, sampled="1")
    submit, run = daemon.take(2)
    for piece, name, header in ((submit, "submit", REQUEST), (run, "run", RUN)):
        assert piece["name"] == name
        assert f"Root={piece['trace_id']};Parent={piece['parent_id']};Sampled=" == header
        assert piece["annotations"] == {"task_id": found["task_id"], "type": "export_assets", "tenant": "default"}
    assert found["carried"] == f"Root={submit['trace_id']};Parent={submit['id']};Sampled=1"


def test_what_is_not_sampled_is_carried_on_and_loads_nothing(
    mongodb_uri: str, database: Database[dict[str, Any]], daemon: Daemon
) -> None:
    found = ran(mongodb_uri, database, daemon, sampled="0")
    assert (found["carried"], found["sdk_loaded"]) == (REQUEST + "0", False)
    assert daemon.is_silent()


def test_without_a_daemon_nothing_is_carried_and_nothing_loaded(
    mongodb_uri: str, database: Database[dict[str, Any]]
) -> None:
    found = ran(mongodb_uri, database, None, sampled="1")
    assert (found["carried"], found["sdk_loaded"]) == (None, False)


def test_each_message_of_a_bulk_send_carries_the_trace(sqs: SQSClient, queue_urls: dict[Lane, str]) -> None:
    queue = SqsTaskQueue(sqs, queue_urls, Traces(lambda: REQUEST + "0"))
    sent: list[dict[str, Any]] = []
    sqs.meta.events.register(  # the emulator forgets system attributes of batches
        "provide-client-params.sqs.SendMessageBatch", lambda params, **_: sent.extend(params["Entries"])
    )
    queue.send_all([Message(f"task-{number}", Lane.LOW, "g" * 128) for number in range(25)])
    assert len(sent) == 25
    for entry in sent:
        assert entry["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"] == REQUEST + "0"
    assert messages_in(sqs, queue_urls[Lane.LOW]) == 25


def messages_in(sqs: SQSClient, url: str) -> int:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])
