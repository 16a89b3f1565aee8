"""The AWS emulator as the stack runs it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from types_boto3_sqs import SQSClient

from infra.local import emulator
from infra.local.queues import create_queues, queues
from tests.support.stack import stack_config


@contextmanager
def running(folder: Path, port: int) -> Iterator[SQSClient]:
    given = os.environ.get("EMULATOR_PYTHON")
    server = emulator.launch(folder, port=port, log=folder / "log", python=Path(given) if given else None)
    try:
        url = emulator.wait_ready(server)
        client = emulator.sqs_client(url)
        yield client
        client.close()
    finally:
        server.stop()


def test_queues_are_made_once_and_follow_a_changed_time_limit(tmp_path: Path) -> None:
    config = stack_config(tmp_path, function_timeout=10)
    with running(tmp_path, config.ports["emulator"]) as sqs:
        create_queues(sqs, queues(config))
        url = config.lane_urls["low"]
        sqs.send_message(QueueUrl=url, MessageBody="kept")
        arns = create_queues(sqs, queues(replace(config, function_timeout=20)))
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert attributes["VisibilityTimeout"] == "120"
    assert attributes["ApproximateNumberOfMessages"] == "1"
    assert json.loads(attributes["RedrivePolicy"]) == {
        "deadLetterTargetArn": arns["cam-local-dead-letters"],
        "maxReceiveCount": 5,
    }


def test_messages_survive_a_clean_stop_also_when_the_port_changes(tmp_path: Path) -> None:
    first, second = stack_config(tmp_path), stack_config(tmp_path)
    with running(tmp_path, first.ports["emulator"]) as sqs:
        create_queues(sqs, queues(first))
        sqs.send_message(QueueUrl=first.lane_urls["high"], MessageBody="kept")
    with running(tmp_path, second.ports["emulator"]) as sqs:
        create_queues(sqs, queues(second))
        [message] = sqs.receive_message(QueueUrl=second.lane_urls["high"])["Messages"]
    assert message["Body"] == "kept"
