"""Routes of cloud accounts."""

from __future__ import annotations

from chalicelib.accounts.model import AccountStatus
from chalicelib.accounts.service import AccountChange, NewAccount
from chalicelib.api.routes import Routes
from chalicelib.api.views.accounts import AccountsView, AccountTestView, AccountView, account_view, permission_view
from chalicelib.container import current
from chalicelib.errors import AccountNotFound
from chalicelib.providers.names import LARGEST_ACCOUNT_ID, ProviderName
from chalicelib.strict import Strict

routes = Routes(__name__)


class ListQuery(Strict):
    provider: ProviderName | None = None
    status: AccountStatus | None = None


def _id(text: str) -> int:
    if text.isascii() and text.isdigit() and int(text[:17]) <= LARGEST_ACCOUNT_ID and len(text) <= 16:
        return int(text)
    raise AccountNotFound(f"no account {text[:64]!r}: account ids are whole numbers")


@routes.operation("POST", "/accounts", body=NewAccount, status=201)
def create_account(new: NewAccount) -> AccountView:
    return account_view(current().accounts.create(new, tenant=routes.tenant))


@routes.operation("GET", "/accounts", query=ListQuery)
def list_accounts(asked: ListQuery) -> AccountsView:
    found = current().accounts.list(routes.tenant, provider=asked.provider, status=asked.status)
    return {"accounts": [account_view(account) for account in found], "total": len(found)}


@routes.operation("GET", "/accounts/{account_id}")
def get_account(account_id: str) -> AccountView:
    return account_view(current().accounts.get(routes.tenant, _id(account_id)))


@routes.operation("PUT", "/accounts/{account_id}", body=AccountChange)
def change_account(change: AccountChange, account_id: str) -> AccountView:
    return account_view(current().accounts.change(routes.tenant, _id(account_id), change))


@routes.operation("DELETE", "/accounts/{account_id}")
def delete_account(account_id: str) -> None:
    current().accounts.delete(routes.tenant, _id(account_id))


@routes.operation("POST", "/accounts/{account_id}/test")
def test_account(account_id: str) -> AccountTestView:
    """Call the cloud and say what it saw, type by type: a refusal is an answer here, not an error."""
    seen = current().accounts.test(routes.tenant, _id(account_id))
    return {
        "ok": seen.identity is not None,
        "principal": seen.identity.principal if seen.identity else None,
        "regions": list(seen.identity.regions) if seen.identity else [],
        "error": seen.error,
        "permissions": [permission_view(permission) for permission in seen.permissions],
    }
