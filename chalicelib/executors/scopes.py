"""Parameters that choose accounts, regions and asset types, and the accounts they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from chalicelib.accounts.model import Account, AccountStatus
from chalicelib.accounts.service import AccountService
from chalicelib.assets.model import Scope
from chalicelib.errors import AccountNotFound, FatalError, InvalidRequest, TaskError
from chalicelib.providers import get_provider
from chalicelib.providers.base import GLOBAL, Cloud
from chalicelib.providers.kinds import expand
from chalicelib.providers.names import AccountId, AssetTypeName, ProviderName, require_asset_types
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import TaskParams
from chalicelib.tasks.model import subject


class CloudParams(TaskParams):
    """What every task on a cloud may narrow down: all accounts and asset types unless these say otherwise."""

    provider: ProviderName
    asset_types: Annotated[list[AssetTypeName], Field(max_length=100, default_factory=list)]
    account_id: AccountId | None = None

    @model_validator(mode="after")
    def _asset_types_exist(self) -> Self:
        require_asset_types(self.provider, self.asset_types)
        return self

    def group(self) -> str:
        return self.provider if self.account_id is None else str(self.account_id)

    def subjects(self) -> tuple[str, ...]:
        return subjects_of(self.provider, self.account_id, self.places(), self.asset_types)

    def places(self) -> Sequence[str]:
        """The regions asked for; none is all."""
        return ()


def subjects_of(
    provider: str | None, account_id: int | None, regions: Sequence[str], asset_types: Sequence[str]
) -> tuple[str, ...]:
    """What a task on these can be found by. What was left open is not among it."""
    one = {"provider": provider, "account_id": account_id}
    many = {"region": regions, "asset_type": asset_types}
    return tuple(
        [subject(name, value) for name, value in one.items() if value is not None]
        + [subject(name, value) for name, values in many.items() for value in dict.fromkeys(values)]
    )


@dataclass(frozen=True, slots=True)
class Target:
    """One scope to list, and the session to list it with."""

    scope: Scope
    cloud: Cloud


@dataclass(frozen=True, slots=True)
class Targets:
    """``errors`` are those of accounts whose regions could not even be asked for, in the form of a result. Where that
    leaves nothing to list, ``failure`` is the last of them.
    """

    found: Sequence[Target]
    errors: Sequence[dict[str, Any]]
    failure: TaskError | None = None


def choose_accounts(accounts: AccountService, tenant: str, params: CloudParams) -> list[Account]:
    """The account asked for, or every active one of the provider. Raises InvalidRequest when there is none."""
    if params.account_id is None:
        active = accounts.list(tenant, provider=params.provider, status=AccountStatus.ACTIVE)
        if not active:
            raise InvalidRequest(f"there is no active {params.provider} account: add one with POST /accounts")
        return active
    try:
        account = accounts.get(tenant, params.account_id)
    except AccountNotFound as error:
        raise InvalidRequest(f"invalid request: account_id: {error.message}") from None
    if account.provider != params.provider:
        raise InvalidRequest(f"invalid request: account_id: account {account.id} is of {account.provider}")
    if account.status is not AccountStatus.ACTIVE:
        raise InvalidRequest(f"invalid request: account_id: account {account.id} is {account.status}")
    return [account]


def resolve(accounts: AccountService, params: CloudParams, context: TaskContext) -> Targets:
    """Every scope to list, ordered by account, region and type.

    What the request leaves open is the account's choice, and what that leaves open is everything the cloud has.
    Raises FatalError when the accounts of the submission are there no more.
    """
    try:
        chosen = choose_accounts(accounts, context.tenant, params)
    except InvalidRequest as error:
        raise FatalError(error.message) from None
    found: list[Target] = []
    failures: list[TaskError] = []
    errors: list[dict[str, Any]] = []
    for account in chosen:
        context.check()
        provider = get_provider(account.provider)
        types = expand(provider, params.asset_types or account.asset_types)
        regional = [name for name in types if name not in provider.global_types]
        try:
            cloud = accounts.connect(account, sleep=context.wait, check=context.check, usage=context.usage)
            places = (params.places() or account.regions or cloud.regions()) if regional else ()
        except TaskError as error:
            failures.append(error)
            errors.append({"account_id": account.id, "region": None, "asset_type": None, "error": error.message})
            continue
        wanted = [(region, name) for region in dict.fromkeys(places) if region != GLOBAL for name in regional]
        wanted += [(GLOBAL, name) for name in types if name in provider.global_types]
        found.extend(
            Target(Scope(account.tenant, account.provider, account.id, region, name), cloud) for region, name in wanted
        )
    return Targets(found, errors, failures[-1] if failures and not found else None)
