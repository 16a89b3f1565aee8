"""A log group for each function, made before it so that none is made without a retention time."""

from __future__ import annotations

from typing import Any

from infra.package.overlay.intrinsics import DROPPED, attribute, resource, sub
from infra.package.overlay.names import API_LOGS, FUNCTIONS, KEY
from infra.package.stage import Stage


def resources(stage: Stage) -> dict[str, Any]:
    groups = {function.log_group: function.name.replace("_", "-") for function in FUNCTIONS}
    groups[API_LOGS] = "api-access"
    return {
        name: resource(
            "Logs::LogGroup",
            {
                "LogGroupName": sub(f"/${{AWS::StackName}}/{last}"),
                "RetentionInDays": stage.overlay.log_retention_days,
                "KmsKeyId": attribute(KEY),
            },
            **DROPPED,
        )
        for name, last in groups.items()
    }
