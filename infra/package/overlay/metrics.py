"""Figures that are counted in what the functions log."""

from __future__ import annotations

from typing import Any

from infra.package.overlay.intrinsics import Value, ref, resource, sub
from infra.package.overlay.names import CONSUMERS
from infra.package.stage import Stage

COMPLETED_SYNCS = "CompletedSyncs"
COMPLETED_SYNC = {"message": "task run ended", "task_type": "sync_assets", "outcome": "Completed"}
"""Fields of the line that a worker logs for a sync, or for a part of one, that has completed (tasks/runner.py)."""


def namespace() -> Value:
    return sub("${AWS::StackName}")


def pattern(fields: dict[str, str]) -> str:
    """Matches JSON lines that have these fields, in CloudWatch's language of filters."""
    return "{ " + " && ".join(f'$.{name} = "{value}"' for name, value in fields.items()) + " }"


def resources(_: Stage) -> dict[str, Any]:
    counted = {
        "MetricNamespace": namespace(),
        "MetricName": COMPLETED_SYNCS,
        "MetricValue": "1",
        "Unit": "Count",
    }
    return {
        f"{consumer.resource}CompletedSyncs": resource(
            "Logs::MetricFilter",
            {
                "LogGroupName": ref(consumer.log_group),
                "FilterPattern": pattern(COMPLETED_SYNC),
                "MetricTransformations": [counted],
            },
        )
        for consumer in CONSUMERS
    }
