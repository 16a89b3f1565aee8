"""A cloud account that can be inventoried. Its credentials are kept elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class AccountStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class Account:
    """``regions`` and ``asset_types`` limit what is synced; empty means all that the cloud has.

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

    def to_document(self) -> dict[str, Any]:
        return {
            "_id": self.id,
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
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Account:
        return cls(
            id=document["_id"],
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
        )
