"""What people are told of each operation, by its name: a line, an example body and the data of an example answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.api.examples import (
    ACCOUNT,
    ASSET,
    ASSET_ID,
    AT,
    CHANGE,
    FAILED,
    KEY,
    LATER,
    LISTED,
    PAGE,
    PENDING,
    PLACE,
    RETRIED,
    SUBMITTED,
    TASK,
    TASK_ID,
)
from chalicelib.api.views.stats import EXAMPLE as STATS


@dataclass(frozen=True, slots=True)
class Told:
    summary: str
    answer: Any = None
    body: Any = None


OPERATIONS: Mapping[str, Told] = {
    "create_batch": Told(
        "Submit up to 1,000 tasks at once",
        {
            "refused": 1,
            "tasks": [
                {"task_id": TASK_ID, "deduplicated": False, "code": 0, "error": ""},
                {
                    "task_id": None,
                    "deduplicated": False,
                    "code": 40000,
                    "error": "invalid request: asset_types: Field required",
                },
            ],
        },
        {
            "tasks": [
                {"type": "sync_assets", "body": {"provider": "aliyun", "asset_types": ["ecs"], "account_id": 123}},
                {"type": "discover_assets", "body": {"provider": "aws", "region": "us-east-1"}},
            ]
        },
    ),
    "submit_sync_assets": Told(
        "Bring the inventory in line with a cloud",
        SUBMITTED,
        {"provider": "aliyun", "asset_types": ["ecs"], "regions": ["cn-shenzhen"], "account_id": 123},
    ),
    "submit_discover_assets": Told(
        "List what a cloud has and store nothing",
        SUBMITTED,
        {"provider": "aws", "region": "us-east-1", "asset_types": ["compute"], "account_id": 124},
    ),
    "submit_export_assets": Told(
        "Write assets to a file, with a link to it in the result",
        SUBMITTED,
        {"format": "xlsx", "provider": "aliyun", "type": "ecs", "tags": {"Env": "prod"}},
    ),
    "list_tasks": Told("Tasks, newest first", {"tasks": [LISTED], **PAGE}),
    "get_task": Told("One task, with its progress and result", TASK),
    "delete_task": Told("Remove a task and its children"),
    "list_children": Told(
        "The parts that a task has fanned out to", {"tasks": [TASK | {"parent_id": TASK_ID}], **PAGE}
    ),
    "cancel_task": Told("End a pending task; ask a running one and its children to stop"),
    "retry_task": Told("Start a failed or cancelled task afresh", PENDING),
    "cancel_many": Told(
        "Cancel every open task of a filter",
        {"dry_run": False, "matched": 5, "cancelled": 4, "asked": 1},
        {"type": "sync_assets", "created_by": "ann"},
    ),
    "retry_many": Told("Retry every failed and cancelled task of a filter", RETRIED, {"error": "throttling"}),
    "list_dead_letters": Told("What has failed for good", {"dead_letters": [FAILED], **PAGE}),
    "redrive": Told("Retry dead letters, all or some", RETRIED, {"type": "sync_assets", "dry_run": False}),
    "drop": Told("Remove a dead letter"),
    "list_lanes": Told(
        "The lanes, and which of them are paused",
        {"lanes": [{"lane": name, "paused": False} for name in ("high", "low")]},
    ),
    "pause": Told("Have workers claim nothing more of a lane; what runs goes on", {"lane": "low", "paused": True}),
    "resume": Told("Go on with a lane, and with everything that the pause held up", {"lane": "low", "paused": False}),
    "create_account": Told(
        "Add a cloud account; its credentials are never shown again",
        ACCOUNT,
        {
            "provider": "aliyun",
            "name": "production",
            "credentials": {"access_key_id": "LTAI…", "access_key_secret": "…"},
            "auto_sync": True,
        },
    ),
    "list_accounts": Told("The cloud accounts", {"accounts": [ACCOUNT], "total": 1}),
    "get_account": Told("One cloud account", ACCOUNT),
    "change_account": Told(
        "Change an account or rotate its credentials; what is left out stays", ACCOUNT, {"sync_interval_seconds": 3600}
    ),
    "delete_account": Told("Forget an account and its credentials; its assets stay as they were last seen"),
    "test_account": Told(
        "Call the cloud and say what it saw, type by type",
        {
            "ok": True,
            "principal": "acs:ram::1234567890:user/cam",
            "regions": ["cn-shenzhen", "cn-hangzhou"],
            "error": "",
            "permissions": [
                {"asset_type": "ecs", "status": "allowed", "reason": "", "region": "cn-shenzhen"},
                {
                    "asset_type": "rds",
                    "status": "denied",
                    "reason": "Forbidden.RAM: User not authorized to operate on the specified resource.",
                    "region": "cn-shenzhen",
                },
            ],
        },
    ),
    "list_assets": Told("The inventory, filtered, sorted and by page", {"assets": [ASSET], **PAGE}),
    "summarise": Told(
        "Assets counted by provider, type and region, and the changes of the last days",
        {
            "total": 5000,
            "counts": [{"provider": "aliyun", "type": "ecs", "region": "cn-shenzhen", "count": 5000}],
            "changes": [{"day": "2026-11-23", "kind": "added", "count": 12}],
        },
    ),
    "get_asset": Told("One asset", ASSET),
    "list_changes_of": Told("What changed in an asset, field by field", {"changes": [CHANGE]}),
    "list_relations": Told(
        "What an asset refers to, and what refers to it",
        {
            "outgoing": [{"type": "vpc", "native_id": "vpc-wz9def", "id": ASSET_ID, "name": "main"}],
            "incoming": [{"type": "eip", "native_id": "eip-wz9ghi", "id": None, "name": None}],
            "more": False,
        },
    ),
    "list_changes": Told(
        "What changed in the inventory since a moment",
        {
            "changes": [{**PLACE, **CHANGE, "asset_id": ASSET_ID, "native_id": "i-wz9abc", "name": "web-1"}],
            "next_cursor": None,
        },
    ),
    "list_scopes": Told(
        "Each scope's last complete listing, and what came of the last one",
        {
            "scopes": [
                {
                    **PLACE,
                    "verdict": "held",
                    "reason": "2,000 of 5,000 assets are no longer listed: nothing was marked",
                    "held": 2000,
                    "count": 5000,
                    "complete_at": AT,
                    "listed_at": LATER,
                    "task_id": TASK_ID,
                }
            ],
            "total": 1,
        },
    ),
    "list_providers": Told(
        "The clouds, their asset types and groups, and the credentials that they take",
        {
            "providers": [
                {
                    "provider": "tencent",
                    "asset_types": ["ecs", "disk", "lb.clb"],
                    "global_types": [],
                    "groups": {"compute": ["ecs", "disk"], "network": ["lb.clb"]},
                    "unsupported": {"oss": "the generic client does not speak its API"},
                    "regions": ["ap-guangzhou"],
                    "credentials": [["access_key_id", "access_key_secret"]],
                    "optional_credentials": ["external_id", "role_arn", "security_token"],
                }
            ],
            "aliases": {"db": "database", "net": "network", "mw": "middleware"},
        },
    ),
    "get_stats": Told("What the service has to do and has done, in the last minutes or days", STATS),
    "create_key": Told(
        "Make an API key for the caller's tenant; it is shown this once",
        {**KEY, "key": "cam_9f2c4e1ab7d05836_…"},
        {"name": "nightly export", "role": "viewer", "expires_in_days": 90},
    ),
    "list_keys": Told("The tenant's API keys, without their secrets", {"keys": [KEY], "total": 1}),
    "revoke_key": Told("Have an API key accepted no longer"),
    "whoami": Told(
        "Whom the service takes the caller for",
        {
            "tenant": "default",
            "subject": "key:9f2c4e1ab7d05836",
            "role": "viewer",
            "authentication": "keys",
            "logs": None,
        },
    ),
    "list_audit": Told(
        "Who changed what, when and from where",
        {
            "rows": [
                {
                    "id": "01a2076b-4400-7d34-9264-bb35c265dd96",
                    "at": AT,
                    "subject": "key:9f2c4e1ab7d05836",
                    "role": "operator",
                    "operation": "cancel_task",
                    "targets": [TASK_ID],
                    "target_count": 1,
                    "status": 200,
                    "code": 0,
                    "source_ip": "203.0.113.7",
                    "correlation_id": "9a1f",
                }
            ],
            "next_cursor": None,
        },
    ),
    "health": Told("Whether the process lives", {"status": "alive"}),
    "ready": Told("Whether the store and the queues answer, else 503", {"status": "ready"}),
}
