"""A queue for each lane, the dead letters, and events that nobody took."""

from __future__ import annotations

from typing import Any

from infra.package.overlay.intrinsics import DROPPED, arn, attribute, policy, ref, resource, sub
from infra.package.overlay.names import BURY, CONSUMERS, DEAD_LETTERS, KEY, LANES, LOST_EVENTS, QUEUES
from infra.package.stage import Stage

VISIBILITY_TIMEOUTS = 6
"""AWS asks for a queue's visibility timeout to be this many times the time limit of the function it triggers."""
DAY = 24 * 3600
LONGEST_RETENTION = 14 * DAY
KEY_REUSE = 3600
"""Seconds for which SQS keeps a data key: calls of KMS cost."""


def resources(stage: Stage) -> dict[str, Any]:
    made = {
        QUEUES[consumer.lane]: _queue(
            consumer.lane,
            VisibilityTimeout=VISIBILITY_TIMEOUTS * stage.timeouts[consumer.name],
            MessageRetentionPeriod=4 * DAY,  # a task whose message expires is sent again
            RedrivePolicy={
                "deadLetterTargetArn": attribute(DEAD_LETTERS),
                "maxReceiveCount": stage.overlay.max_receives,
            },
        )
        for consumer in CONSUMERS
        if consumer.lane
    }
    made[DEAD_LETTERS] = _queue(
        "dead-letters",
        VisibilityTimeout=VISIBILITY_TIMEOUTS * stage.timeouts[BURY.name],
        MessageRetentionPeriod=LONGEST_RETENTION,
        RedriveAllowPolicy={
            "redrivePermission": "byQueue",
            "sourceQueueArns": [arn("sqs", f"${{AWS::StackName}}-{lane}") for lane in LANES],
        },
    )
    made[LOST_EVENTS] = _queue("lost-events", MessageRetentionPeriod=LONGEST_RETENTION)
    return made | {f"{name}Policy": _only_encrypted_connections(name) for name in made}


def _queue(name: str, **properties: Any) -> dict[str, Any]:
    encrypted = {"KmsMasterKeyId": attribute(KEY), "KmsDataKeyReusePeriodSeconds": KEY_REUSE}
    named = {"QueueName": sub(f"${{AWS::StackName}}-{name}")}
    return resource("SQS::Queue", named | encrypted | properties, **DROPPED)


def _only_encrypted_connections(queue: str) -> dict[str, Any]:
    denied = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": attribute(queue),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return resource("SQS::QueuePolicy", {"Queues": [ref(queue)], "PolicyDocument": policy(denied)})
