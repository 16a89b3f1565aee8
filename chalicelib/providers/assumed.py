"""Temporary credentials of a role, where aliyun and tencent are alike: asked for, and again before they end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.clock import Clock
from chalicelib.errors import CloudRejected, InvalidCredentials
from chalicelib.providers.base import Credentials
from chalicelib.providers.fields import text

SESSION_NAME = "cam-tasks"
LIFETIME = timedelta(hours=1)
AHEAD = timedelta(minutes=5)
"""How long before their end credentials are replaced: a call that is on its way must not outlive them."""

ROLE_CREDENTIALS = frozenset({"role_arn", "external_id"})

Source = Callable[[], Credentials]
"""Says what to sign the next call with. May raise the provider errors of ``chalicelib.errors``."""


@dataclass(frozen=True, slots=True)
class Temporary:
    """Credentials that are good until ``expires_at``."""

    credentials: Credentials
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Places:
    """Where an answer to AssumeRole has the parts of the credentials, as dotted paths.

    ``expires`` leads to seconds since 1970 or to an ISO 8601 time.
    """

    access_key_id: str
    access_key_secret: str
    security_token: str
    expires: str


class Renewed:
    """A ``Source`` of temporary credentials: ``fetch`` is called by one thread at a time, and the others wait for it.

    Their end is told by the cloud's clock. Credentials are never older than ``LIFETIME`` by our own, so that neither
    clock may be wrong.
    """

    def __init__(self, fetch: Callable[[], Temporary], clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._renewing = threading.Lock()
        self._held: Temporary | None = None

    def __call__(self) -> Credentials:
        with self._renewing:
            if self._held is None or self._clock() >= self._held.expires_at - AHEAD:
                asked = self._clock()
                fetched = self._fetch()
                self._held = Temporary(fetched.credentials, min(fetched.expires_at, asked + LIFETIME))
            return self._held.credentials


def source_of(
    given: Credentials, assume: Callable[[Mapping[str, str]], Mapping[str, Any]], places: Places, clock: Clock
) -> Source:
    """The credentials themselves, or those of the role they name, which ``assume`` calls AssumeRole for.

    Raises InvalidCredentials for an external id without a role.
    """
    if given.get("role_arn"):
        return Renewed(lambda: _temporary(assume(_request(given)), places), clock)
    if given.get("external_id"):
        raise InvalidCredentials("the credentials have an external_id, but no role_arn that it is for")
    return lambda: given


def _request(given: Credentials) -> dict[str, str]:
    """The parameters of AssumeRole."""
    asked = {
        "RoleArn": given["role_arn"],
        "RoleSessionName": SESSION_NAME,
        "ExternalId": given.get("external_id", ""),
        "DurationSeconds": f"{LIFETIME.total_seconds():.0f}",
    }
    return {name: value for name, value in asked.items() if value}


def _temporary(answer: Mapping[str, Any], places: Places) -> Temporary:
    found = {
        name: text(answer, getattr(places, name)) for name in ("access_key_id", "access_key_secret", "security_token")
    }
    expires_at = _moment(text(answer, places.expires))
    if expires_at is None or not all(found.values()):
        raise CloudRejected("AssumeRole answered without credentials, or without their end")
    return Temporary(Credentials(found), expires_at)


def _moment(value: str) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(int(value), UTC) if value.isdecimal() else datetime.fromisoformat(value)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
