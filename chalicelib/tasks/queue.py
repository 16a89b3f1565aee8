"""The queue's side of a task: a message says that a task is there, never what it is."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable
from chalicelib.tasks.documents import SKEW
from chalicelib.tasks.ids import is_task_id
from chalicelib.tasks.model import Lane, Task
from chalicelib.traces import NOT_TRACED, Traces

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.type_defs import MessageSystemAttributeValueTypeDef, SendMessageBatchRequestEntryTypeDef

    TraceAttribute = dict[Literal["AWSTraceHeader"], MessageSystemAttributeValueTypeDef]

MESSAGE_VERSION = 1
BATCH = 10
"""The most messages that SQS takes in one call."""
CALLS_AT_ONCE = 8
"""Each waits some ten milliseconds for SQS: a thousand messages one call after another, for a second."""
GROUP_LENGTH = 128
NO_DELAY = timedelta()


class QueueUnavailable(Unavailable):
    """The queue took no message."""


class Message(NamedTuple):
    """What is sent of a task: where to (its lane) and on whose behalf (``group``, for SQS fair queues)."""

    task_id: str
    lane: Lane
    group: str

    @classmethod
    def of(cls, task: Task) -> Message:
        return cls(task.id, task.lane, task.group)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Message:
        return cls(document["_id"], Lane(document["lane"]), document["group"])

    @property
    def body(self) -> str:
        return json.dumps({"v": MESSAGE_VERSION, "task_id": self.task_id, "lane": self.lane.value})


class TaskQueue(Protocol):
    def send(self, message: Message, *, delay: timedelta = NO_DELAY) -> None:
        """Tell the workers of a task, at the earliest after ``delay`` (``LONGEST_QUEUE_DELAY`` at most). Raises
        QueueUnavailable.
        """
        ...

    def send_all(self, messages: Sequence[Message]) -> None:
        """Send many, in as few calls as possible. Raises QueueUnavailable when any may not have been taken."""
        ...

    def check(self) -> None:
        """Raise QueueUnavailable when a queue cannot be reached."""
        ...


class SqsTaskQueue:
    """One standard queue a lane. Messages are ``{"v": 1, "task_id": "<uuid>", "lane": "normal"}``; the trace that they
    belong to is a system attribute, which does not count towards a message's size.
    """

    def __init__(self, client: SQSClient, urls: Mapping[Lane, str], traces: Traces = NOT_TRACED) -> None:
        self._client = client
        self._urls = dict(urls)
        self._traces = traces

    def send(self, message: Message, *, delay: timedelta = NO_DELAY) -> None:
        try:
            self._client.send_message(
                QueueUrl=self._urls[message.lane],
                MessageBody=message.body,
                MessageGroupId=_group(message.group),
                DelaySeconds=_whole_seconds(delay),
                MessageSystemAttributes=self._trace(),
            )
        except (BotoCoreError, ClientError) as error:
            raise _unavailable() from error

    def send_all(self, messages: Sequence[Message]) -> None:
        calls: list[tuple[str, Sequence[Message]]] = []
        for lane, url in self._urls.items():
            of_lane = [message for message in messages if message.lane is lane]
            calls += [(url, of_lane[start : start + BATCH]) for start in range(0, len(of_lane), BATCH)]
        if len(calls) <= 1:
            for url, batch in calls:
                self._send_batch(url, batch, self._trace())
            return
        trace = self._trace()  # which the threads do not have
        with ThreadPoolExecutor(min(len(calls), CALLS_AT_ONCE)) as pool:
            for sent in [pool.submit(self._send_batch, url, batch, trace) for url, batch in calls]:
                sent.result()

    def check(self) -> None:
        try:
            for url in self._urls.values():
                self._client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        except (BotoCoreError, ClientError) as error:
            raise _unavailable() from error

    def _send_batch(self, url: str, messages: Sequence[Message], trace: TraceAttribute) -> None:
        entries: list[SendMessageBatchRequestEntryTypeDef] = [
            {
                "Id": str(number),
                "MessageBody": message.body,
                "MessageGroupId": _group(message.group),
                "MessageSystemAttributes": trace,
            }
            for number, message in enumerate(messages)
        ]
        try:
            answer = self._client.send_message_batch(QueueUrl=url, Entries=entries)
        except (BotoCoreError, ClientError) as error:
            raise _unavailable() from error
        if answer.get("Failed"):
            raise _unavailable()

    def _trace(self) -> TraceAttribute:
        header = self._traces.header()
        return {"AWSTraceHeader": {"DataType": "String", "StringValue": header}} if header else {}


def _whole_seconds(delay: timedelta) -> int:
    """Never early: a message that comes before its task is due is dropped."""
    return math.ceil((delay + SKEW).total_seconds()) if delay else 0


def _unavailable() -> QueueUnavailable:
    return QueueUnavailable("the task queue does not answer; try again", retry_after=5)


def _group(group: str) -> str:
    """SQS takes letters, digits and punctuation, and no empty group."""
    return (
        "".join(character if character.isascii() and character.isalnum() else "-" for character in group)[:GROUP_LENGTH]
        or "-"
    )


def task_id_of(body: object) -> str | None:
    """The task id in a message's body; None for a body that is not one of ours."""
    try:
        message = json.loads(body) if isinstance(body, str) else None
    except (ValueError, RecursionError):
        return None
    task_id = message.get("task_id") if isinstance(message, dict) else None
    return task_id if isinstance(task_id, str) and is_task_id(task_id) else None
