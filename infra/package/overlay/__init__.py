"""The CloudFormation resources and settings that Chalice does not make, merged into its template."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.package.overlay import (
    alarms,
    api,
    dashboard,
    deployments,
    encryption,
    exports,
    functions,
    logs,
    metrics,
    outputs,
    queues,
    roles,
)
from infra.package.stage import Stage

Resources = dict[str, Any]
PARTS: tuple[Callable[[Stage], Resources], ...] = (
    encryption.resources,
    queues.resources,
    exports.resources,
    logs.resources,
    metrics.resources,
    roles.resources,
    functions.resources,
    deployments.resources,
    api.resources,
    alarms.resources,
    dashboard.resources,
)


def overlay(stage: Stage) -> dict[str, Any]:
    """The template to merge. What is a list in it replaces Chalice's."""
    resources: Resources = {}
    for part in PARTS:
        made = part(stage)
        twice = resources.keys() & made.keys()
        assert not twice, f"two parts of the overlay make {twice}"
        resources |= made
    return {
        "Description": f"cam-tasks, stage {stage.name}: asynchronous tasks for cloud asset management",
        "Globals": {"Api": {"OpenApiVersion": "2.0"}},  # without it, SAM makes a second API stage named Stage
        "Resources": resources,
        "Outputs": outputs.outputs(),
    }
