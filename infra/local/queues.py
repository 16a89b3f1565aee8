"""The queues of the stack and the EventBridge rule, as the deployed template makes them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.local.config import DEAD_LETTERS, LANES, SYNC_REQUESTS, Config, lane_queue
from infra.local.functions import SHORT_SECONDS
from infra.local.processes import StartError

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_sqs import SQSClient
    from types_boto3_sqs.literals import QueueAttributeNameType

VISIBILITY_TIMEOUTS = 6  # AWS asks for a queue's visibility timeout to be this many times the function's time limit
LONGEST_VISIBILITY = 43200
SYNC_RETRY_SECONDS = 10
RULE = "cam-local-sync-requested"
SYNC_REQUESTED = {"source": ["cam"], "detail-type": ["SyncRequested"]}


@dataclass(frozen=True)
class Queue:
    """A message that was received ``attempts`` times in vain goes to the dead letters; None: it stays."""

    name: str
    url: str
    visibility_timeout: int
    attempts: int | None = None


def queues(config: Config) -> tuple[Queue, ...]:
    """The dead letters first: the others refer to them."""
    run = VISIBILITY_TIMEOUTS * config.function_timeout
    return (
        Queue(DEAD_LETTERS, config.queue_url(DEAD_LETTERS), VISIBILITY_TIMEOUTS * SHORT_SECONDS),
        Queue(SYNC_REQUESTS, config.queue_url(SYNC_REQUESTS), SYNC_RETRY_SECONDS, attempts=3),
        *(Queue(lane_queue(lane), config.lane_urls[lane], run, attempts=5) for lane in LANES),
    )


def create_queues(sqs: SQSClient, wanted: tuple[Queue, ...]) -> dict[str, str]:
    """Make those that are not there, and set what they should be like; answers their ARNs by name."""
    arns: dict[str, str] = {}
    for queue in wanted:
        attributes = _attributes(queue, arns)
        try:
            sqs.set_queue_attributes(QueueUrl=queue.url, Attributes=attributes)
        except ClientError as error:
            if "NonExistentQueue" not in str(error) and "QueueDoesNotExist" not in str(error):
                raise
            made = sqs.create_queue(QueueName=queue.name, Attributes=attributes)["QueueUrl"]
            if made != queue.url:
                raise StartError(f"the queue {queue.name} is at {made}, not at {queue.url}") from None
        found = sqs.get_queue_attributes(QueueUrl=queue.url, AttributeNames=["QueueArn"])
        arns[queue.name] = found["Attributes"]["QueueArn"]
    return arns


def create_rule(events: EventBridgeClient, arns: Mapping[str, str]) -> None:
    """Have requests for a sync on the default event bus come to their queue."""
    events.put_rule(Name=RULE, EventPattern=json.dumps(SYNC_REQUESTED))
    answer = events.put_targets(Rule=RULE, Targets=[{"Id": "queue", "Arn": arns[SYNC_REQUESTS]}])
    if answer["FailedEntryCount"]:
        raise StartError(f"EventBridge refused the target of {RULE}: {answer['FailedEntries']}")


def _attributes(queue: Queue, arns: Mapping[str, str]) -> dict[QueueAttributeNameType, str]:
    attributes: dict[QueueAttributeNameType, str] = {
        "VisibilityTimeout": str(min(queue.visibility_timeout, LONGEST_VISIBILITY))
    }
    if queue.attempts is not None:
        policy = {"deadLetterTargetArn": arns[DEAD_LETTERS], "maxReceiveCount": queue.attempts}
        attributes["RedrivePolicy"] = json.dumps(policy)
    return attributes
