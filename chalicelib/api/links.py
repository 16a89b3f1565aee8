"""Where an answer leads to: the OpenAPI links from what lists, submits and creates things to what acts on one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.api.routes import Operation

Link = dict[str, Any]

SOURCES: Mapping[str, tuple[str, str]] = {
    "submit_sync_assets": ("task_id", "/data/task_id"),
    "submit_discover_assets": ("task_id", "/data/task_id"),
    "submit_export_assets": ("task_id", "/data/task_id"),
    "list_tasks": ("task_id", "/data/tasks/0/id"),
    "list_dead_letters": ("task_id", "/data/dead_letters/0/id"),
    "create_account": ("account_id", "/data/id"),
    "list_accounts": ("account_id", "/data/accounts/0/id"),
    "list_assets": ("asset_id", "/data/assets/0/id"),
}
"""By operation: the part of a path that its answer tells, and where it is there."""


def links_of(operation: Operation, others: Iterable[Operation]) -> dict[str, Link]:
    """The links of an operation's success, by the name of the operation that each leads to."""
    if operation.name not in SOURCES:
        return {}
    part, place = SOURCES[operation.name]
    return {
        other.name: {"operationId": other.name, "parameters": {part: f"$response.body#{place}"}}
        for other in others
        if other.documented and f"{{{part}}}" in other.path
    }
