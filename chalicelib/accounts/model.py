"""A cloud account that can be inventoried. Its credentials are kept elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.tasks.submission import DEFAULT_TIMEOUT

SCHEDULED_PRIORITY = 3
"""Of syncs that nobody waits for: the low lane, so that all accounts together hold up nobody who does."""


class AccountStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


def document_id(tenant: str, account_id: int) -> str:
    """Each tenant numbers its accounts for itself."""
    return f"{tenant}/{account_id}"


@dataclass(frozen=True, slots=True)
class Account:
    """``id`` is unique within the tenant. ``regions`` and ``asset_types`` limit what is synced; empty means all that
    the cloud has. ``seen_regions`` are those that the cloud named when the account was last tested.

    With ``auto_sync`` the account is synced once in every ``sync_interval_seconds``, next at ``next_sync_at``, by a
    task of ``sync_priority`` that times out after ``sync_timeout_seconds``.
    ``endpoint`` replaces the cloud's public addresses. ``credential_fields`` names what is stored, never its values.
    """

    id: int
    tenant: str
    provider: str
    name: str
    status: AccountStatus
    regions: tuple[str, ...]
    asset_types: tuple[str, ...]
    endpoint: str | None
    credential_fields: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    auto_sync: bool = False
    sync_interval_seconds: int = 3600
    sync_priority: int = SCHEDULED_PRIORITY
    sync_timeout_seconds: int = DEFAULT_TIMEOUT
    next_sync_at: datetime | None = None
    last_sync_at: datetime | None = None
    last_sync_status: str | None = None
    last_sync_task_id: str | None = None
    seen_regions: tuple[str, ...] = ()

    def to_document(self) -> dict[str, Any]:
        return {
            "_id": document_id(self.tenant, self.id),
            "id": self.id,
            "tenant": self.tenant,
            "provider": self.provider,
            "name": self.name,
            "status": self.status.value,
            "regions": list(self.regions),
            "asset_types": list(self.asset_types),
            "endpoint": self.endpoint,
            "credential_fields": list(self.credential_fields),
            "created_at": self.created_at,
            "updated_at": self.updated_at,
            "auto_sync": self.auto_sync,
            "sync_interval_seconds": self.sync_interval_seconds,
            "sync_priority": self.sync_priority,
            "sync_timeout_seconds": self.sync_timeout_seconds,
            "next_sync_at": self.next_sync_at,
            "last_sync_at": self.last_sync_at,
            "last_sync_status": self.last_sync_status,
            "last_sync_task_id": self.last_sync_task_id,
            "seen_regions": list(self.seen_regions),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Account:
        return cls(
            id=document["id"],
            tenant=document["tenant"],
            provider=document["provider"],
            name=document["name"],
            status=AccountStatus(document["status"]),
            regions=tuple(document["regions"]),
            asset_types=tuple(document["asset_types"]),
            endpoint=document["endpoint"],
            credential_fields=tuple(document["credential_fields"]),
            created_at=document["created_at"],
            updated_at=document["updated_at"],
            auto_sync=document["auto_sync"],
            sync_interval_seconds=document["sync_interval_seconds"],
            sync_priority=document.get("sync_priority", SCHEDULED_PRIORITY),
            sync_timeout_seconds=document.get("sync_timeout_seconds", DEFAULT_TIMEOUT),
            next_sync_at=document["next_sync_at"],
            last_sync_at=document["last_sync_at"],
            last_sync_status=document["last_sync_status"],
            last_sync_task_id=document["last_sync_task_id"],
            seen_regions=tuple(document.get("seen_regions", ())),
        )
