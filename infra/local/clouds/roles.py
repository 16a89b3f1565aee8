"""The roles of a fake account, and the temporary keys that are handed out for them."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class Role:
    """A role that asks for an ``external_id`` is given to nobody without it."""

    arn: str
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Issued:
    """A key for the session ``principal`` of a role, good with its token and until ``expires_at``."""

    access_key_id: str
    access_key_secret: str
    security_token: str
    principal: str
    expires_at: datetime


class NoSuchRole(Exception):
    """The account has no role of that ARN."""


class NotTrusted(Exception):
    """The role is there, and not for who asks."""


class RoleDesk:
    """``now`` is the cloud's clock, by which the keys end."""

    def __init__(self, roles: Iterable[Role], *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._roles = {role.arn: role for role in roles}
        self._now = now
        self._lock = threading.Lock()
        self._issued: dict[str, Issued] = {}

    def assume(self, arn: str, session: str, external_id: str, seconds: int, prefix: str) -> Issued:
        """``prefix`` is how the id of the key begins. Raises NoSuchRole or NotTrusted."""
        role = self._roles.get(arn)
        if role is None:
            raise NoSuchRole(arn)
        if role.external_id != external_id:
            raise NotTrusted(arn)
        expires_at = (self._now() + timedelta(seconds=seconds)).replace(microsecond=0)
        principal = f"{arn.replace(':role/', ':assumed-role/')}/{session}"
        key_id, secret, token = (secrets.token_urlsafe(size) for size in (18, 24, 96))
        issued = Issued(f"{prefix}{key_id}", secret, token, principal, expires_at)
        with self._lock:
            self._issued[issued.access_key_id] = issued
        return issued

    def issued(self, access_key_id: str) -> Issued | None:
        """What was handed out under that id; None for a key of another kind."""
        with self._lock:
            return self._issued.get(access_key_id)

    def expired(self, access_key_id: str) -> bool:
        issued = self.issued(access_key_id)
        return issued is not None and self._now() >= issued.expires_at
