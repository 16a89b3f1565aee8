"""From the parameters of a task to the accounts, regions and asset types it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.accounts.model import Account, AccountStatus
from chalicelib.accounts.service import AccountService
from chalicelib.assets.model import Scope
from chalicelib.errors import AccountNotFound, InvalidRequest, TaskError
from chalicelib.providers import get_provider
from chalicelib.providers.base import Cloud, Sleep


@dataclass(frozen=True, slots=True)
class Target:
    """One scope to list, and the session to list it with."""

    scope: Scope
    cloud: Cloud


@dataclass(frozen=True, slots=True)
class Unreachable:
    """An account whose regions could not even be asked for."""

    account: Account
    error: TaskError


def choose_accounts(accounts: AccountService, tenant: str, provider: str, account_id: int | None) -> list[Account]:
    """The account asked for, or every active one of the provider. Raises InvalidRequest when there is none."""
    if account_id is None:
        active = accounts.list(tenant, provider=provider, status=AccountStatus.ACTIVE)
        if not active:
            raise InvalidRequest(f"there is no active {provider} account: add one with POST /accounts")
        return active
    try:
        account = accounts.get(tenant, account_id)
    except AccountNotFound as error:
        raise InvalidRequest(f"invalid request: account_id: {error.message}") from None
    if account.provider != provider:
        raise InvalidRequest(f"invalid request: account_id: account {account_id} is of {account.provider}")
    if account.status is not AccountStatus.ACTIVE:
        raise InvalidRequest(f"invalid request: account_id: account {account_id} is {account.status}")
    return [account]


def resolve(
    accounts: AccountService,
    chosen: Sequence[Account],
    *,
    regions: Sequence[str],
    asset_types: Sequence[str],
    sleep: Sleep,
) -> tuple[list[Target], list[Unreachable]]:
    """Every scope to list, ordered by account, region and type.

    What the request leaves open is the account's choice, and what that leaves open is everything the cloud has.
    """
    targets: list[Target] = []
    unreachable: list[Unreachable] = []
    for account in chosen:
        types = asset_types or account.asset_types or get_provider(account.provider).asset_types
        try:
            cloud = accounts.connect(account, sleep=sleep)
            places = regions or account.regions or cloud.regions()
        except TaskError as error:
            unreachable.append(Unreachable(account, error))
            continue
        targets.extend(
            Target(Scope(account.tenant, account.provider, account.id, region, asset_type), cloud)
            for region in dict.fromkeys(places)
            for asset_type in dict.fromkeys(types)
        )
    return targets, unreachable
