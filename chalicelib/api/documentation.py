"""What people are told of each operation, by its name: a line, an example body and the data of an example answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.api.views.stats import EXAMPLE as STATS

TASK_ID = "01a2076b-4400-7d34-9264-bb35c265dd95"
ASSET_ID = "6f1c7d0a4b6c43a1b7f29d0c2f6b1e55"
AT = "2026-11-23T08:00:00.000Z"
LATER = "2026-11-23T08:00:12.500Z"

PLACE = {"provider": "aliyun", "account_id": 123, "region": "cn-shenzhen", "type": "ecs"}
COUNTS = {
    "total_count": 5000,
    "added_count": 12,
    "updated_count": 3,
    "deleted_count": 1,
    "unchanged_count": 4985,
    "missing_count": 2,
}
TASK = {
    "id": TASK_ID,
    "type": "sync_assets",
    "status": "completed",
    "params": {
        "provider": "aliyun",
        "asset_types": ["ecs"],
        "account_id": 123,
        "regions": ["cn-shenzhen"],
        "confirm_deletions": False,
        "dry_run": False,
    },
    "result": {
        **COUNTS,
        "error_count": 0,
        "errors": [],
        "details": [
            {
                "account_id": 123,
                "region": "cn-shenzhen",
                "asset_type": "ecs",
                **COUNTS,
                "verdict": "complete",
                "reason": "",
            }
        ],
    },
    "error": "",
    "progress": 100,
    "message": "任务已完成",
    "priority": 5,
    "retry_count": 0,
    "max_retry": 3,
    "timeout_seconds": 1800,
    "parent_id": None,
    "created_by": "ann",
    "created_at": AT,
    "started_at": AT,
    "completed_at": LATER,
    "duration": 12.5,
    "cancel_requested": False,
    "timeline": [
        {"at": AT, "event": "submitted", "detail": "ann"},
        {"at": AT, "event": "started", "detail": "worker-1/311"},
        {"at": LATER, "event": "completed", "detail": ""},
    ],
}
FAILED = TASK | {
    "status": "failed",
    "result": None,
    "error": "nothing could be listed: Forbidden.RAM: User not authorized to operate on the specified resource.",
    "progress": 0,
    "message": "任务失败",
}
PENDING = TASK | {
    "status": "pending",
    "result": None,
    "progress": 0,
    "message": "任务已提交，正在执行中",
    "started_at": None,
    "completed_at": None,
    "duration": None,
    "timeline": [{"at": AT, "event": "submitted", "detail": "ann"}],
}
PAGE = {"total": 1, "next_cursor": None}
ACCOUNT = {
    "id": 123,
    "provider": "aliyun",
    "name": "production",
    "status": "active",
    "regions": [],
    "asset_types": [],
    "endpoint": None,
    "credential_fields": ["access_key_id", "access_key_secret"],
    "created_at": AT,
    "updated_at": AT,
    "auto_sync": True,
    "sync_interval_seconds": 3600,
    "next_sync_at": LATER,
    "last_sync_at": AT,
    "last_sync_status": "completed",
    "last_sync_task_id": TASK_ID,
}
ASSET = {
    **PLACE,
    "id": ASSET_ID,
    "native_id": "i-wz9abc",
    "name": "web-1",
    "status": "Running",
    "zone": "cn-shenzhen-a",
    "cloud_created_at": "2026-01-05T02:00:00Z",
    "tags": {"Env": "prod"},
    "ips": ["10.0.0.7"],
    "relations": [{"type": "vpc", "native_id": "vpc-wz9def"}],
    "attributes": {"InstanceType": "ecs.g7.large", "Cpu": 2},
    "first_seen_at": AT,
    "changed_at": AT,
    "changed_by_task": TASK_ID,
    "missing": 0,
    "deleted_at": None,
}
CHANGE = {
    "kind": "updated",
    "at": AT,
    "task_id": TASK_ID,
    "fields": [{"field": "status", "old": "Running", "new": "Stopped"}],
    "more_fields": 0,
}
KEY = {
    "id": "9f2c4e1ab7d05836",
    "name": "nightly export",
    "role": "viewer",
    "created_at": AT,
    "created_by": "key:3b7d05836e1a9f2c",
    "expires_at": "2027-02-21T08:00:00.000Z",
    "last_used_at": None,
    "revoked_at": None,
}
SUBMITTED = {"task_id": TASK_ID, "message": "任务已提交，正在执行中"}
RETRIED = {"dry_run": False, "matched": 2, "retried": 2, "refused": 0, "remaining": 0}


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
    "list_tasks": Told("Tasks, newest first", {"tasks": [TASK], **PAGE}),
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
        },
    ),
    "list_changes": Told(
        "What changed in the inventory since a moment",
        {"changes": [{**PLACE, **CHANGE, "asset_id": ASSET_ID, "native_id": "i-wz9abc"}]},
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
        {"tenant": "default", "subject": "key:9f2c4e1ab7d05836", "role": "viewer", "authentication": "keys"},
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
