"""Documents of the kinds that the API answers, as its documentation shows them."""

from __future__ import annotations

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
        "incomplete_count": 0,
        "held_count": 0,
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
LISTED = TASK | {"result": {**COUNTS, "error_count": 0}}
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
    "sync_priority": 3,
    "sync_timeout_seconds": 1800,
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
