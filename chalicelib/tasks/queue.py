"""The queue's side of a task: a message says that a task is there, never what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

MESSAGE_VERSION = 1


class QueueUnavailable(Unavailable):
    """The queue took no message."""


class TaskQueue(Protocol):
    def send(self, task_id: str) -> None:
        """Tell the workers of a task. Raises QueueUnavailable."""
        ...

    def check(self) -> None:
        """Raise QueueUnavailable when the queue cannot be reached."""
        ...


class SqsTaskQueue:
    """Messages are ``{"v": 1, "task_id": "<uuid>"}``."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def send(self, task_id: str) -> None:
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=message_body(task_id))
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable("the task queue does not answer; try again", retry_after=5) from error

    def check(self) -> None:
        try:
            self._client.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        except (BotoCoreError, ClientError) as error:
            raise QueueUnavailable("the task queue does not answer; try again", retry_after=5) from error


def message_body(task_id: str) -> str:
    return json.dumps({"v": MESSAGE_VERSION, "task_id": task_id})


def task_id_of(body: str) -> str | None:
    """The task id in a message's body; None for a body that is not one of ours."""
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        return None
    task_id = message.get("task_id") if isinstance(message, dict) else None
    return task_id if isinstance(task_id, str) else None
