"""Accounts as the API shows them."""

from __future__ import annotations

from typing_extensions import TypedDict

from chalicelib.accounts.model import Account
from chalicelib.accounts.permissions import Permission
from chalicelib.clock import rfc3339


class AccountView(TypedDict):
    """``credential_fields`` names what is stored, never its values."""

    id: int
    provider: str
    name: str
    status: str
    regions: list[str]
    asset_types: list[str]
    endpoint: str | None
    credential_fields: list[str]
    created_at: str | None
    updated_at: str | None
    auto_sync: bool
    sync_interval_seconds: int
    sync_priority: int
    sync_timeout_seconds: int
    next_sync_at: str | None
    last_sync_at: str | None
    last_sync_status: str | None
    last_sync_task_id: str | None


class AccountsView(TypedDict):
    accounts: list[AccountView]
    total: int


class PermissionView(TypedDict):
    """``status`` is allowed, denied or unknown; ``region`` is where that was tried, empty for nowhere."""

    asset_type: str
    status: str
    reason: str
    region: str


class AccountTestView(TypedDict):
    """What the cloud said: who the credentials are (``principal``) and the regions they can use, or the error; and what
    they may list.
    """

    ok: bool
    principal: str | None
    regions: list[str]
    error: str
    permissions: list[PermissionView]


def account_view(account: Account) -> AccountView:
    return {
        "id": account.id,
        "provider": account.provider,
        "name": account.name,
        "status": account.status.value,
        "regions": list(account.regions),
        "asset_types": list(account.asset_types),
        "endpoint": account.endpoint,
        "credential_fields": list(account.credential_fields),
        "created_at": rfc3339(account.created_at),
        "updated_at": rfc3339(account.updated_at),
        "auto_sync": account.auto_sync,
        "sync_interval_seconds": account.sync_interval_seconds,
        "sync_priority": account.sync_priority,
        "sync_timeout_seconds": account.sync_timeout_seconds,
        "next_sync_at": rfc3339(account.next_sync_at),
        "last_sync_at": rfc3339(account.last_sync_at),
        "last_sync_status": account.last_sync_status,
        "last_sync_task_id": account.last_sync_task_id,
    }


def permission_view(permission: Permission) -> PermissionView:
    return {
        "asset_type": permission.asset_type,
        "status": permission.status.value,
        "reason": permission.reason,
        "region": permission.region,
    }
