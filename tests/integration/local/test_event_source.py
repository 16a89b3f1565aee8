"""What becomes of messages, as the function answers."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from types_boto3_sqs import SQSClient

from infra.local.event_source import EventSource, StartFailed
from infra.local.function import FunctionEnvironment
from tests.integration.local.conftest import MakeEnvironment
from tests.support.conditions import eventually


@contextmanager
def polling(
    sqs: SQSClient, queue: str, *environments: FunctionEnvironment, batch_size: int = 10
) -> Iterator[EventSource]:
    source = EventSource(sqs, queue, environments, batch_size=batch_size)
    source.start()
    try:
        source.wait_ready(30)
        yield source
    finally:
        source.stop()


def send(sqs: SQSClient, queue: str, *bodies: str) -> None:
    for body in bodies:
        sqs.send_message(QueueUrl=queue, MessageBody=body)


def left(sqs: SQSClient, queue: str) -> int:
    """Messages that are not deleted, whether visible or in flight."""
    counts = sqs.get_queue_attributes(
        QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    )["Attributes"]
    return sum(int(count) for count in counts.values())


def batches(seen: Path) -> list[list[dict[str, object]]]:
    return [json.loads(line)["Records"] for line in seen.read_text().splitlines()] if seen.exists() else []


def test_messages_reported_as_failed_come_back_and_the_others_are_deleted(
    sqs: SQSClient, queue: str, environment: MakeEnvironment, tmp_path: Path
) -> None:
    send(sqs, queue, "good", "bad", "good")
    seen = tmp_path / "seen"
    with polling(sqs, queue, environment("refuse_bad")):
        eventually(lambda: left(sqs, queue) == 1, within=10)
        eventually(lambda: sum(r["body"] == "bad" for batch in batches(seen) for r in batch) == 2, within=10)
    assert sum(r["body"] == "good" for batch in batches(seen) for r in batch) == 2


def test_the_event_is_the_one_of_lambda(
    sqs: SQSClient, queue: str, environment: MakeEnvironment, tmp_path: Path
) -> None:
    sent = sqs.send_message(
        QueueUrl=queue,
        MessageBody="good",
        MessageAttributes={"trace": {"DataType": "String", "StringValue": "t"}},
    )
    with polling(sqs, queue, environment("refuse_bad")):
        eventually(lambda: left(sqs, queue) == 0, within=10)
    [[record]] = batches(tmp_path / "seen")
    attributes = record.pop("attributes")
    assert isinstance(attributes, dict)
    assert attributes["ApproximateReceiveCount"] == "1"
    assert attributes["SentTimestamp"].isdigit()
    assert record.pop("receiptHandle")
    assert record.pop("md5OfMessageAttributes")
    assert record == {
        "messageId": sent["MessageId"],
        "body": "good",
        "messageAttributes": {
            "trace": {"stringValue": "t", "stringListValues": [], "binaryListValues": [], "dataType": "String"}
        },
        "md5OfBody": sent["MD5OfMessageBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue.rsplit('/', 1)[1]}",
        "awsRegion": "us-east-1",
    }


def test_a_batch_is_no_larger_than_its_size(
    sqs: SQSClient, queue: str, environment: MakeEnvironment, tmp_path: Path
) -> None:
    send(sqs, queue, *["good"] * 5)
    with polling(sqs, queue, environment("refuse_bad"), batch_size=2):
        eventually(lambda: left(sqs, queue) == 0, within=10)
    assert max(len(batch) for batch in batches(tmp_path / "seen")) == 2


def test_no_answer_is_success(sqs: SQSClient, queue: str, environment: MakeEnvironment) -> None:
    send(sqs, queue, "a", "b")
    with polling(sqs, queue, environment("answer_nothing")):
        eventually(lambda: left(sqs, queue) == 0, within=10)


@pytest.mark.parametrize("handler", ["refuse_unknown", "fail", "die"])
def test_nothing_is_deleted_when_the_batch_fails(
    sqs: SQSClient, queue: str, environment: MakeEnvironment, handler: str, caplog: pytest.LogCaptureFixture
) -> None:
    send(sqs, queue, "a", "b")
    with polling(sqs, queue, environment(handler)):
        eventually(lambda: "a batch of" in caplog.text, within=10)
    assert left(sqs, queue) == 2


def test_a_batch_over_the_time_limit_fails(
    sqs: SQSClient, queue: str, environment: MakeEnvironment, caplog: pytest.LogCaptureFixture
) -> None:
    send(sqs, queue, "a")
    with polling(sqs, queue, environment("hang", timeout=0.3)):
        eventually(lambda: "longer than 0.3 s" in caplog.text, within=10)
    assert left(sqs, queue) == 1


def test_workers_run_side_by_side_and_a_killed_one_is_replaced_at_once(
    sqs: SQSClient, queue: str, environment: MakeEnvironment
) -> None:
    workers = [environment("until_drained", name=f"worker-{n}") for n in (1, 2)]
    with polling(sqs, queue, *workers, batch_size=1):
        send(sqs, queue, "a", "b")
        eventually(lambda: all(worker.busy for worker in workers), within=10)
        killed = workers[0].pid
        assert killed
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: workers[0].pid not in (killed, None), within=10)
        assert workers[1].busy


def test_stopping_drains_and_still_does_what_the_answer_says(
    sqs: SQSClient, queue: str, environment: MakeEnvironment
) -> None:
    worker = environment("until_drained")
    send(sqs, queue, *["a"] * 3)
    with polling(sqs, queue, worker):
        eventually(lambda: worker.busy, within=10)
    assert worker.pid is None
    assert left(sqs, queue) < 3


def test_a_function_that_cannot_start_is_reported(sqs: SQSClient, queue: str, environment: MakeEnvironment) -> None:
    source = EventSource(sqs, queue, [environment("absent")])
    source.start()
    try:
        with pytest.raises(StartFailed, match=r"tiny\.absent"):
            source.wait_ready(30)
    finally:
        source.stop()
