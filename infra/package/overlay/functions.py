"""What each function of Chalice's template is given on top: role, logs, environment, and how its events come."""

from __future__ import annotations

from typing import Any

from infra.package.overlay import deployments
from infra.package.overlay.intrinsics import Value, attribute, ref, sub
from infra.package.overlay.names import (
    BUCKET,
    BURY,
    CONSUMERS,
    FUNCTIONS,
    KEY,
    LOST_EVENTS,
    QUEUES,
    RECOVER,
    SCHEDULE_SYNCS,
    SYNC_REQUESTED,
    Function,
)
from infra.package.stage import Stage

BURIED_AT_ONCE = 10
BURYING = 2
"""Functions that bury: dead letters are few, and AWS takes no less."""
LONGEST_EVENT_AGE = 3600
EVENT_RETRIES = 2


def resources(stage: Stage) -> dict[str, Any]:
    made = {
        function.resource: {"Properties": _properties(function) | deployments.properties(stage, function)}
        for function in FUNCTIONS
    }
    for consumer in CONSUMERS:
        lane = getattr(stage.overlay.lanes, str(consumer.lane))
        made[consumer.resource]["Properties"] |= {
            "Events": _messages(consumer, batch_size=lane.batch_size, concurrency=lane.max_concurrency),
            "RecursiveLoop": "Allow",  # a task that goes on is sent to the queue it came from, up to CAM_MAX_HOPS times
        }
    made[BURY.resource]["Properties"]["Events"] = _messages(BURY, batch_size=BURIED_AT_ONCE, concurrency=BURYING)
    for clocked in (RECOVER, SCHEDULE_SYNCS):
        made[clocked.resource]["Properties"]["EventInvokeConfig"] = {
            "MaximumRetryAttempts": 0,  # the next minute comes anyway
            "MaximumEventAgeInSeconds": 60,
        }
    made[SYNC_REQUESTED.resource]["Properties"]["EventInvokeConfig"] = {
        "MaximumRetryAttempts": EVENT_RETRIES,
        "MaximumEventAgeInSeconds": LONGEST_EVENT_AGE,
        "DestinationConfig": {"OnFailure": {"Type": "SQS", "Destination": attribute(LOST_EVENTS)}},
    }
    return made


def _properties(function: Function) -> Value:
    variables = {f"CAM_QUEUE_{lane.upper()}_URL": ref(queue) for lane, queue in QUEUES.items()}
    return {
        "Role": attribute(function.role),
        "LoggingConfig": {"LogGroup": ref(function.log_group)},
        "Environment": {
            "Variables": variables | {"CAM_EXPORT_BUCKET": ref(BUCKET), "CAM_PARAMETER_KEY": attribute(KEY)}
        },
    }


def _messages(function: Function, *, batch_size: int, concurrency: int) -> Value:
    assert function.queue
    return {
        function.event: {
            "Properties": {
                "Queue": sub(f"${{{function.queue}.Arn}}"),  # replaces Chalice's, which is also a Fn::Sub
                "BatchSize": batch_size,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "ScalingConfig": {"MaximumConcurrency": concurrency},
            }
        }
    }
