"""Routes of cloud accounts."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint
from pydantic import BaseModel, ConfigDict

from chalicelib.accounts.model import Account, AccountStatus
from chalicelib.accounts.service import LARGEST_ID, AccountChange, NewAccount
from chalicelib.api.endpoint import Answer, body, endpoint, query
from chalicelib.clock import rfc3339
from chalicelib.container import current
from chalicelib.errors import AccountNotFound
from chalicelib.providers.names import ProviderName
from chalicelib.tasks.model import DEFAULT_TENANT

routes = Blueprint(__name__)


class ListQuery(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: ProviderName | None = None
    status: AccountStatus | None = None


def _id(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text[:17]) <= LARGEST_ID and len(text) <= 16:
        return int(text)
    raise AccountNotFound(f"no account {text[:64]!r}: account ids are whole numbers")


@routes.route("/accounts", methods=["POST"])
@endpoint
def create_account() -> Answer:
    new = body(routes.current_request, NewAccount)
    return Answer(account_view(current().accounts.create(new, tenant=DEFAULT_TENANT)), 201)


@routes.route("/accounts", methods=["GET"])
@endpoint
def list_accounts() -> dict[str, Any]:
    asked = query(routes.current_request, ListQuery)
    found = current().accounts.list(DEFAULT_TENANT, provider=asked.provider, status=asked.status)
    return {"accounts": [account_view(account) for account in found], "total": len(found)}


@routes.route("/accounts/{account_id}", methods=["GET"])
@endpoint
def get_account(account_id: str) -> dict[str, Any]:
    return account_view(current().accounts.get(DEFAULT_TENANT, _id(account_id)))


@routes.route("/accounts/{account_id}", methods=["PUT"])
@endpoint
def change_account(account_id: str) -> dict[str, Any]:
    change = body(routes.current_request, AccountChange)
    return account_view(current().accounts.change(DEFAULT_TENANT, _id(account_id), change))


@routes.route("/accounts/{account_id}", methods=["DELETE"])
@endpoint
def delete_account(account_id: str) -> None:
    current().accounts.delete(DEFAULT_TENANT, _id(account_id))


@routes.route("/accounts/{account_id}/test", methods=["POST"])
@endpoint
def test_account(account_id: str) -> dict[str, Any]:
    """Call the cloud and say what it saw, type by type: a refusal is an answer here, not an error."""
    seen = current().accounts.test(DEFAULT_TENANT, _id(account_id))
    return {
        "ok": seen.identity is not None,
        "principal": seen.identity.principal if seen.identity else None,
        "regions": list(seen.identity.regions) if seen.identity else [],
        "error": seen.error,
        "permissions": [
            {
                "asset_type": permission.asset_type,
                "status": permission.status.value,
                "reason": permission.reason,
                "region": permission.region,
            }
            for permission in seen.permissions
        ],
    }


def account_view(account: Account) -> dict[str, Any]:
    """An account as the API shows it: of its credentials only which ones are stored."""
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
        "next_sync_at": rfc3339(account.next_sync_at),
        "last_sync_at": rfc3339(account.last_sync_at),
        "last_sync_status": account.last_sync_status,
        "last_sync_task_id": account.last_sync_task_id,
    }
