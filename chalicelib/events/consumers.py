"""The functions that queues trigger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from chalice.app import Blueprint, SQSEvent

from chalicelib.clock import utc_now
from chalicelib.container import current
from chalicelib.logs import logger
from chalicelib.tasks.model import Lane
from chalicelib.tasks.queue import task_id_of

events = Blueprint(__name__)

BATCH_SIZE = 10
Answer = dict[str, list[dict[str, str]]]


@events.on_sqs_message(queue="cam-high", batch_size=BATCH_SIZE)
def consume_high(event: SQSEvent) -> Answer:
    return _consume(Lane.HIGH, event)


@events.on_sqs_message(queue="cam-normal", batch_size=BATCH_SIZE)
def consume_normal(event: SQSEvent) -> Answer:
    return _consume(Lane.NORMAL, event)


@events.on_sqs_message(queue="cam-low", batch_size=BATCH_SIZE)
def consume_low(event: SQSEvent) -> Answer:
    return _consume(Lane.LOW, event)


@events.on_sqs_message(queue="cam-dead-letters", batch_size=BATCH_SIZE)
def bury(event: SQSEvent) -> Answer:
    """Settle the tasks of messages that a lane's queue gave up on."""
    for task_id in _message_ids(event):
        current().backlog.given_up(task_id, now=utc_now())
        current().children.buried(task_id)
    return {"batchItemFailures": []}


def _consume(lane: Lane, event: SQSEvent) -> Answer:
    """Run a batch and say which of its messages should come back: the event source must report batch item failures.

    A paused lane's messages are dropped: its tasks are sent again when it is resumed.
    """
    message_ids = _message_ids(event)
    if not message_ids or lane in current().lanes.paused():
        return {"batchItemFailures": []}
    come_back = current().worker.run(list(message_ids), remaining=_remaining(event.context))
    return {
        "batchItemFailures": [
            {"itemIdentifier": message_id} for task_id in sorted(come_back) for message_id in message_ids[task_id]
        ]
    }


def _message_ids(event: SQSEvent) -> dict[str, list[str]]:
    """The ids of a batch's messages by task; what is not ours is dropped. A message without an id is worked on, and is
    the recoverer's to send again.
    """
    found: dict[str, list[str]] = {}
    records = event.to_dict().get("Records")
    for record in records if isinstance(records, list) else [None]:
        given = record if isinstance(record, dict) else {}
        task_id, message_id = task_id_of(given.get("body")), given.get("messageId")
        if task_id is None:
            logger.error("message is not of this service: dropped", extra={"message_id": message_id})
            continue
        found.setdefault(task_id, []).extend([message_id] if isinstance(message_id, str) else [])
    return found


def _remaining(context: Any) -> timedelta | None:
    """The time this invocation has left; None where nothing limits it."""
    return timedelta(milliseconds=context.get_remaining_time_in_millis()) if context else None
