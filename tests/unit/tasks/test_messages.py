"""Message bodies: ours are read back, anything else is no task."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.stub import ANY, Stubber
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tasks.model import Lane
from chalicelib.tasks.queue import Message, SqsTaskQueue, task_id_of

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

OTHERS = ("QueueUrl", "MessageBody", "DelaySeconds", "MessageSystemAttributes")

rubbish: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(st.uuids().map(str), st.sampled_from(Lane))
def test_what_is_sent_is_read_back(task_id: str, lane: Lane) -> None:
    assert task_id_of(Message(task_id, lane, "g").body) == task_id


@given(st.text() | rubbish)
def test_a_body_that_is_no_json_object_is_no_task(body: Any) -> None:
    assert task_id_of(body) is None


@given(rubbish | st.fixed_dictionaries({"task_id": rubbish}))
def test_any_json_is_read_without_an_error(value: Any) -> None:
    assert task_id_of(json.dumps(value)) is None


@pytest.mark.parametrize(
    "body",
    [
        *("[" * 100_000, "1" * 100_000, '{"task_id": 3}', '{"task_id": null}', "3", "", "\0"),
        *('{"task_id": "\\ud800"}', '{"task_id": "a"}', '{"task_id": "01A2076B-4400-7D34-9264-BB35C265DD95"}'),
    ],
)
def test_bodies_that_are_not_ours_are_no_task(body: str) -> None:
    assert task_id_of(body) is None


class Fit:
    """Equals any group that SQS takes."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and re.fullmatch("[A-Za-z0-9-]{1,128}", other) is not None

    __hash__ = None  # type: ignore[assignment]


@pytest.fixture(scope="module")
def client() -> SQSClient:
    return boto3.client("sqs", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@given(group=st.text(max_size=200))
def test_any_group_is_made_fit_for_the_queue(client: SQSClient, group: str) -> None:
    with Stubber(client) as stub:
        stub.add_response("send_message", {"MessageId": "1"}, {"MessageGroupId": Fit(), **dict.fromkeys(OTHERS, ANY)})
        SqsTaskQueue(client, dict.fromkeys(Lane, "q")).send(Message("t", Lane.LOW, group))
