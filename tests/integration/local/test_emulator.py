"""The AWS emulator as the stack runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from types_boto3_sqs import SQSClient

from infra.local import emulator
from infra.local.config import ACCOUNT_ID
from tests.support.stack import free_ports


@contextmanager
def running(folder: Path, port: int) -> Iterator[tuple[SQSClient, str]]:
    given = os.environ.get("EMULATOR_PYTHON")
    server = emulator.launch(folder, port=port, log=folder / "log", python=Path(given) if given else None)
    try:
        url = emulator.wait_ready(server)
        client = emulator.sqs_client(url)
        yield client, f"{url}/{ACCOUNT_ID}/q"
        client.close()
    finally:
        server.stop()


def test_queues_are_made_once_and_follow_a_changed_time_limit(tmp_path: Path) -> None:
    [port] = free_ports(1)
    with running(tmp_path, port) as (sqs, url):
        emulator.create_queues(sqs, {"q": url}, function_timeout=10)
        sqs.send_message(QueueUrl=url, MessageBody="kept")
        emulator.create_queues(sqs, {"q": url}, function_timeout=20)
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "120"
    assert attributes["ApproximateNumberOfMessages"] == "1"


def test_messages_survive_a_clean_stop_also_when_the_port_changes(tmp_path: Path) -> None:
    first, second = free_ports(2)
    with running(tmp_path, first) as (sqs, url):
        emulator.create_queues(sqs, {"q": url}, function_timeout=10)
        sqs.send_message(QueueUrl=url, MessageBody="kept")
    with running(tmp_path, second) as (sqs, url):
        emulator.create_queues(sqs, {"q": url}, function_timeout=10)
        [message] = sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == "kept"
