"""Botocore sessions that sign with an account's credentials."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.loaders import Loader
from botocore.session import Session

from chalicelib.errors import InvalidCredentials
from chalicelib.providers.base import Credentials

ROLE_SESSION_NAME = "cam-tasks"

ClientMaker = Callable[..., Any]
Tell = Callable[[frozenset[str]], None]
"""Told of secrets that turn up beside those of the account."""


def new_session() -> Session:
    """A session of its own that shares the parsed service models, which take 100 ms and more to read."""
    session = Session()
    session.register_component("data_loader", _service_models())
    return session


def session_for(credentials: Credentials, sts: ClientMaker, tell: Tell) -> Session:
    """A session for either a role or a pair of keys. ``sts`` makes the client that assumes the role; ``tell`` hears of
    the secrets that are used then.
    """
    values = {name: value.strip() for name, value in credentials.items()}
    if not all(value.isascii() and value.isprintable() for value in values.values()):
        raise InvalidCredentials("aws: the credentials hold characters that no AWS credential has")
    if role := values.get("role_arn"):
        if external_id := values.get("external_id"):
            return _with_role(role, external_id, sts, tell)
        raise InvalidCredentials("aws: the account has a role_arn and no external_id: give both, by PUT /accounts/{id}")
    if (key := values.get("access_key_id")) and (secret := values.get("access_key_secret")):
        session = new_session()
        session.set_credentials(key, secret, values.get("session_token") or None)
        return session
    raise InvalidCredentials("aws: give role_arn with external_id, or access_key_id with access_key_secret")


def _with_role(role_arn: str, external_id: str, sts: ClientMaker, tell: Tell) -> Session:
    """Temporary credentials are fetched at the first call and again before they expire."""
    own = new_session().get_credentials()
    if own is None:
        raise InvalidCredentials("aws: this service has no AWS credentials of its own to assume the role with")
    tell(_named(own.access_key, own.secret_key, own.token).secrets)
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=sts,
        source_credentials=own,
        role_arn=role_arn,
        extra_args={"RoleSessionName": ROLE_SESSION_NAME, "ExternalId": external_id},
    )

    def fetch() -> Mapping[str, Any]:
        issued: Mapping[str, Any] = fetcher.fetch_credentials()
        tell(_named(issued["access_key"], issued["secret_key"], issued["token"]).secrets)
        return issued

    refreshing = DeferredRefreshableCredentials(refresh_using=fetch, method=_Given.METHOD)
    session = new_session()
    session.register_component("credential_provider", CredentialResolver([_Given(refreshing)]))
    return session


def _named(key: str, secret: str, token: str | None) -> Credentials:
    return Credentials({"access_key_id": key, "access_key_secret": secret, "session_token": token or ""})


class _Given(CredentialProvider):
    """Hands a session credentials that exist already."""

    METHOD = "cam-assume-role"

    def __init__(self, credentials: DeferredRefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> DeferredRefreshableCredentials:
        return self._credentials


@functools.cache
def _service_models() -> Loader:
    loader: Loader = Session().get_component("data_loader")
    return loader
