"""The functions that queues trigger."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint, SQSEvent

from chalicelib.container import current
from chalicelib.logs import logger
from chalicelib.tasks.queue import task_id_of

events = Blueprint(__name__)

BATCH_SIZE = 10


@events.on_sqs_message(queue="cam-normal", batch_size=BATCH_SIZE)
def consume(event: SQSEvent) -> dict[str, Any]:
    """Run a batch and say which of its messages should come back (the event source must report batch item failures)."""
    message_ids: dict[str, list[str]] = {}
    for record in event.to_dict()["Records"]:
        task_id = task_id_of(record["body"])
        if task_id is None:
            logger.error("message is not of this service: dropped", extra={"message_id": record["messageId"]})
            continue
        message_ids.setdefault(task_id, []).append(record["messageId"])
    come_back = current().worker.run(list(message_ids)) if message_ids else set()
    return {
        "batchItemFailures": [
            {"itemIdentifier": message_id} for task_id in sorted(come_back) for message_id in message_ids[task_id]
        ]
    }
