"""What callers may do with cloud accounts, and the way from an account to its cloud."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from pydantic import Field, SecretStr, StringConstraints, model_validator

from chalicelib.accounts.credentials import CredentialStore
from chalicelib.accounts.endpoints import EndpointRule
from chalicelib.accounts.model import SCHEDULED_PRIORITY, Account, AccountStatus, document_id
from chalicelib.accounts.pacing import Pacer
from chalicelib.accounts.permissions import AccountTest, Patience, examined, unexamined
from chalicelib.accounts.store import AccountStore
from chalicelib.clock import Clock
from chalicelib.errors import AccountNotFound, ApiError, CloudRejected, InvalidRequest, TaskError
from chalicelib.providers import get_provider
from chalicelib.providers.base import Cloud, Connection, Credentials, Sleep
from chalicelib.providers.guard import GuardedCloud, unguarded
from chalicelib.providers.names import AccountId, AssetTypeName, ProviderName, RegionId, require_asset_types
from chalicelib.providers.retry import no_retries
from chalicelib.strict import Strict
from chalicelib.tasks.submission import DEFAULT_TIMEOUT, Priority, Timeout
from chalicelib.tasks.usage import Usage

Secret = Annotated[SecretStr, Field(min_length=1, max_length=4096)]
CredentialName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,64}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_PORT = "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
Endpoint = Annotated[
    str, StringConstraints(pattern=rf"^https?://{_LABEL}(\.{_LABEL})*(:({_PORT}))?/?$", max_length=256)
]

Interval = Annotated[int, Field(ge=60, le=7 * 24 * 3600)]

ANY_ENDPOINT = EndpointRule(None)


class AccountChange(Strict):
    """The body of PUT: what is given replaces what was; ``endpoint: null`` takes an override away."""

    name: Name | None = None
    status: AccountStatus | None = None
    regions: Annotated[list[RegionId], Field(max_length=100)] | None = None
    asset_types: Annotated[list[AssetTypeName], Field(max_length=100)] | None = None
    credentials: dict[CredentialName, Secret] | None = None
    endpoint: Endpoint | None = None
    auto_sync: bool | None = None
    sync_interval_seconds: Interval | None = None
    sync_priority: Priority | None = None
    sync_timeout_seconds: Timeout | None = None


class NewAccount(Strict):
    """The body of POST. Without ``id`` the next free one is taken."""

    provider: ProviderName
    name: Name
    credentials: dict[CredentialName, Secret]
    id: AccountId | None = None
    status: AccountStatus = AccountStatus.ACTIVE
    regions: Annotated[list[RegionId], Field(max_length=100)] = []  # noqa: RUF012  pydantic copies it
    asset_types: Annotated[list[AssetTypeName], Field(max_length=100)] = []  # noqa: RUF012  pydantic copies it
    endpoint: Endpoint | None = None
    auto_sync: bool = False
    sync_interval_seconds: Interval = 3600
    sync_priority: Priority = SCHEDULED_PRIORITY
    sync_timeout_seconds: Timeout = DEFAULT_TIMEOUT

    @model_validator(mode="after")
    def _asset_types_exist(self) -> NewAccount:
        require_asset_types(self.provider, self.asset_types)
        return self


class AccountService:
    def __init__(
        self,
        store: AccountStore,
        credentials: CredentialStore,
        pacer: Pacer,
        *,
        clock: Clock,
        endpoints: EndpointRule = ANY_ENDPOINT,
    ) -> None:
        self._store = store
        self._credentials = credentials
        self._pacer = pacer
        self._clock = clock
        self._endpoints = endpoints

    def create(self, new: NewAccount, *, tenant: str) -> Account:
        """Raises AccountExists, InvalidRequest and, with nothing stored, Unavailable."""
        if new.endpoint is not None:
            self._endpoints.require(new.endpoint)
        credentials = _credentials(new.provider, new.credentials)
        now = self._clock()
        account = Account(
            id=new.id or self._store.next_id(tenant),
            tenant=tenant,
            provider=new.provider,
            name=new.name,
            status=new.status,
            regions=tuple(new.regions),
            asset_types=tuple(new.asset_types),
            endpoint=new.endpoint,
            credential_fields=tuple(sorted(credentials)),
            created_at=now,
            updated_at=now,
            auto_sync=new.auto_sync,
            sync_interval_seconds=new.sync_interval_seconds,
            sync_priority=new.sync_priority,
            sync_timeout_seconds=new.sync_timeout_seconds,
            next_sync_at=now if new.auto_sync else None,
        )
        self._store.insert(account)
        try:
            self._credentials.put(tenant, account.id, credentials)
        except ApiError:
            self._store.delete(tenant, account.id)
            raise
        return account

    def get(self, tenant: str, account_id: int) -> Account:
        account = self._store.get(tenant, account_id)
        if account is None:
            raise AccountNotFound(f"no account {account_id}: create it with POST /accounts")
        return account

    def list(self, tenant: str, *, provider: str | None = None, status: AccountStatus | None = None) -> list[Account]:
        return self._store.find(tenant, provider=provider, status=status)

    def change(self, tenant: str, account_id: int, change: AccountChange) -> Account:
        account = self.get(tenant, account_id)
        if change.endpoint is not None:
            self._endpoints.require(change.endpoint)
        given = change.model_dump(exclude_unset=True, exclude={"credentials"})
        if unset := [name for name, value in given.items() if value is None and name != "endpoint"]:
            raise InvalidRequest(f"invalid request: {', '.join(unset)}: leave it out to keep it; null is no value")
        if change.asset_types is not None:
            try:
                require_asset_types(account.provider, change.asset_types)
            except ValueError as error:
                raise InvalidRequest(f"invalid request: {error}") from None
        fields: dict[str, Any] = given | {"updated_at": self._clock()}
        if change.status is not None:
            fields["status"] = change.status.value
        if change.auto_sync or (account.auto_sync and change.sync_interval_seconds is not None):
            fields["next_sync_at"] = self._clock()
        if change.credentials is not None:
            credentials = _credentials(account.provider, change.credentials)
            self._credentials.put(tenant, account_id, credentials)
            fields["credential_fields"] = sorted(credentials)
        if {"credentials", "endpoint"} & change.model_fields_set:
            fields["seen_regions"] = []
        changed = self._store.update(tenant, account_id, fields)
        if changed is None:
            raise AccountNotFound(f"account {account_id} was deleted meanwhile")
        return changed

    def delete(self, tenant: str, account_id: int) -> None:
        """Forget an account and its credentials; its assets stay as they were last seen."""
        self.get(tenant, account_id)
        self._credentials.delete(tenant, account_id)
        self._store.delete(tenant, account_id)

    def connect(
        self,
        account: Account,
        *,
        sleep: Sleep = time.sleep,
        turn: Sleep | None = None,
        check: Callable[[], None] = lambda: None,
        usage: Usage | None = None,
    ) -> Cloud:
        """A session on the account's cloud, which waits between tries by ``sleep``, and for its turn to call by
        ``turn``, or else by ``sleep`` too. Before every call it asks ``check``, which raises for whoever has to stop:
        some pages take a hundred calls. Its calls are counted by ``usage``. Raises the provider errors.

        The account's endpoint is looked at again: the rule may have changed since it was stored.
        """
        provider = get_provider(account.provider)
        counted = usage or Usage()
        pace = self._pacer.pace(document_id(account.tenant, account.id), provider.calls_per_second, turn or sleep)

        def take_turn(region: str, action: str) -> None:
            check()
            pace(region, action)
            counted.called(account.provider)

        credentials = self._credentials.get(account.tenant, account.id)
        throttled = partial(counted.throttled, account.provider)
        connection = Connection(account.id, credentials, account.endpoint, take_turn, throttled)
        if account.endpoint is None or not self._endpoints.guards:
            return provider.connect(connection, sleep=sleep)
        try:
            self._endpoints.require(account.endpoint)
        except InvalidRequest as error:
            raise CloudRejected(f"account {account.id} cannot be called: {error.message}") from None
        return GuardedCloud(provider.connect(replace(connection, pace=unguarded(take_turn)), sleep=sleep))

    def record_sync(self, tenant: str, account_id: int, *, status: str, task_id: str) -> None:
        """Note how the last sync went: ``completed``, ``partial`` or ``failed``."""
        self._store.update(
            tenant,
            account_id,
            {"last_sync_at": self._clock(), "last_sync_status": status, "last_sync_task_id": task_id},
        )

    def regions(self, tenant: str) -> dict[str, set[str]]:
        """Those that the tenant's accounts are set to or that a test of them saw, by provider."""
        found: dict[str, set[str]] = {}
        for account in self.list(tenant):
            found.setdefault(account.provider, set()).update(account.regions, account.seen_regions)
        return found

    def test(self, tenant: str, account_id: int) -> AccountTest:
        """Call the cloud as the account may; what it refuses is part of the answer. The regions it names are kept."""
        account = self.get(tenant, account_id)
        provider = get_provider(account.provider)
        patience = Patience()
        try:
            cloud = self.connect(account, sleep=no_retries, turn=patience.sleep)
        except TaskError as error:
            return unexamined(account, provider, error.message)
        seen = examined(cloud, account, provider, patience)
        if seen.identity is not None:
            self._store.update(tenant, account_id, {"seen_regions": list(seen.identity.regions)})
        return seen


def _credentials(provider_name: str, given: Mapping[str, SecretStr]) -> Credentials:
    """Check that the names given are a set the provider can use."""
    provider = get_provider(provider_name)
    required = set(given) - provider.optional_credentials
    if required not in [set(names) for names in provider.credential_fields]:
        sets = " or ".join(" + ".join(sorted(names)) for names in provider.credential_fields)
        optional = ", ".join(sorted(provider.optional_credentials))
        begun = next((names - required for names in provider.credential_fields if required and required < names), ())
        raise InvalidRequest(
            f"invalid request: credentials: {provider_name} needs {sets}"
            + (f" (optional: {optional})" if optional else "")
            + (f"; add {' and '.join(sorted(begun))}" if begun else "")
        )
    return Credentials({name: secret.get_secret_value() for name, secret in given.items()})
