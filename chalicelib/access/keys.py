"""API keys: ``cam_<id>_<secret>``, shown once, when they are made."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import PyMongoError

from chalicelib.access.key_store import KeyStore
from chalicelib.access.principal import Principal
from chalicelib.access.roles import Role
from chalicelib.clock import Clock
from chalicelib.errors import KeyNotFound, Unauthenticated
from chalicelib.logs import logger

PREFIX = "cam_"
ID_BYTES = 8
SECRET_BYTES = 32
SALT_BYTES = 16
USE_NOTED_EVERY = timedelta(minutes=1)

_TOKEN = re.compile(rf"{PREFIX}([0-9a-f]{{{2 * ID_BYTES}}})_([A-Za-z0-9_-]{{43}})")
_ID = re.compile(rf"[0-9a-f]{{{2 * ID_BYTES}}}")
_SECRET = re.compile(rf"({PREFIX}[0-9a-f]{{{2 * ID_BYTES}}})_[A-Za-z0-9_-]+")

UNKNOWN = "this API key is not known: ask an admin of your tenant for one"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """All of a key but its secret."""

    id: str
    tenant: str
    role: Role
    name: str
    created_at: datetime
    created_by: str
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def subject(self) -> str:
        return f"key:{self.id}"

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> ApiKey:
        return cls(
            id=document["_id"],
            tenant=document["tenant"],
            role=Role(document["role"]),
            name=document["name"],
            created_at=document["created_at"],
            created_by=document["created_by"],
            expires_at=document["expires_at"],
            last_used_at=document["last_used_at"],
            revoked_at=document["revoked_at"],
        )


def digest(secret: str, salt: bytes) -> bytes:
    """What is stored of a secret: SHA-256 over salt and secret.

    Slow hashes (bcrypt, Argon2) make up for passwords that can be guessed. These secrets are 256 random bits: there is
    nothing to guess, however fast the hash, and a slow one would cost every request its time.
    """
    return hashlib.sha256(salt + secret.encode()).digest()


def without_secrets(text: str) -> str:
    """``text`` with what looks like an API key cut down to the key's id."""
    return _SECRET.sub(r"\1", text)


class ApiKeys:
    def __init__(self, store: KeyStore, *, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def mint(self, tenant: str, role: Role, name: str, *, lifetime: timedelta, by: str) -> tuple[ApiKey, str]:
        """A new key, and the only copy of its text."""
        secret, salt = secrets.token_urlsafe(SECRET_BYTES), secrets.token_bytes(SALT_BYTES)
        now = self._clock()
        key = ApiKey(secrets.token_hex(ID_BYTES), tenant, role, name, now, by, now + lifetime)
        self._store.insert(
            {
                "_id": key.id,
                "tenant": key.tenant,
                "role": key.role.value,
                "name": key.name,
                "salt": salt,
                "digest": digest(secret, salt),
                "created_at": key.created_at,
                "created_by": key.created_by,
                "expires_at": key.expires_at,
                "last_used_at": None,
                "revoked_at": None,
            }
        )
        return key, f"{PREFIX}{key.id}_{secret}"

    def principal(self, token: str) -> Principal:
        """Whose key ``token`` is. One read; and a write, where none has noted a use for a minute.

        Raises Unauthenticated. Only who has the secret is told that a key has expired or was revoked.
        """
        parts = _TOKEN.fullmatch(token)
        document = self._store.get(parts[1]) if parts else None
        if parts is None or document is None:
            raise Unauthenticated(UNKNOWN)
        if not hmac.compare_digest(digest(parts[2], document["salt"]), document["digest"]):
            raise Unauthenticated(UNKNOWN)
        key, now = ApiKey.from_document(document), self._clock()
        if key.revoked_at is not None:
            raise Unauthenticated("this API key was revoked: ask an admin of your tenant for another one")
        if key.expires_at <= now:
            raise Unauthenticated("this API key has expired: ask an admin of your tenant for another one")
        if key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EVERY:
            self._note_use(key, now)
        return Principal(key.tenant, key.subject, key.role)

    def _note_use(self, key: ApiKey, now: datetime) -> None:
        """Best effort: a store that cannot be written still lets readers in."""
        try:
            self._store.note_use(key.id, before=key.last_used_at, now=now)
        except PyMongoError:
            logger.exception("the use of a key could not be noted", extra={"key_id": key.id})

    def list(self, tenant: str) -> list[ApiKey]:
        """Newest first, the revoked and expired ones too."""
        return [ApiKey.from_document(document) for document in self._store.find(tenant)]

    def revoke(self, tenant: str, key_id: str) -> None:
        """Effective within the time that the gateway keeps an authorizer's word. Revoking twice changes nothing.

        Raises KeyNotFound.
        """
        if not _ID.fullmatch(key_id) or not self._store.revoke(tenant, key_id, now=self._clock()):
            raise KeyNotFound("there is no such key: GET /keys lists their ids")
