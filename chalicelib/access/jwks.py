"""The keys that an identity provider signs with, as it publishes them (RFC 7517)."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

import jwt
import urllib3
from cryptography.exceptions import UnsupportedAlgorithm
from pydantic import BaseModel, ValidationError

from chalicelib.clock import Clock
from chalicelib.errors import Unauthenticated, Unavailable
from chalicelib.logs import logger

KEPT = timedelta(minutes=10)
"""After this they are asked for again: a key that the provider withdraws is taken no longer."""
KEPT_WITHOUT_ANSWER = timedelta(hours=1)
"""How long the last answer serves while the provider does not."""
ASKED_EVERY = timedelta(seconds=30)
"""At the most, however many tokens name a key that is not known."""
TIMEOUT = urllib3.Timeout(connect=2, read=3)
LONGEST = 1 << 20
ASYMMETRIC = ("RSA", "EC", "OKP")


class _Document(BaseModel):
    keys: list[dict[str, object]]


class Jwks:
    """Asks once for many tokens. Redirects are not followed."""

    def __init__(self, url: str, *, clock: Clock) -> None:
        self._url = url
        self._clock = clock
        self._http = urllib3.PoolManager(timeout=TIMEOUT, retries=False)
        self._lock = Lock()
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None

    def key(self, kid: object) -> jwt.PyJWK:
        """Raises Unauthenticated for a key that is not there and Unavailable when that cannot be known."""
        if not isinstance(kid, str):
            raise Unauthenticated("the token does not name its key: its header has no kid")
        with self._lock:
            now = self._clock()
            if kid not in self._keys or self._fetched_at is None or now - self._fetched_at >= KEPT:
                self._refresh(now)
            if self._fetched_at is None or now - self._fetched_at >= KEPT_WITHOUT_ANSWER:
                raise Unavailable("the identity provider's keys cannot be had; try again", retry_after=5)
            if kid not in self._keys:
                raise Unauthenticated("the token is signed with a key that the identity provider does not publish")
            return self._keys[kid]

    def _refresh(self, now: datetime) -> None:
        if self._asked_at is not None and now - self._asked_at < ASKED_EVERY:
            return
        self._asked_at = now
        try:
            self._keys = self._fetched()
            self._fetched_at = now
        except (urllib3.exceptions.HTTPError, ValidationError, ValueError) as error:
            logger.error("the identity provider's keys could not be read", extra={"reason": str(error)[:300]})

    def _fetched(self) -> dict[str, jwt.PyJWK]:
        answer = self._http.request("GET", self._url, redirect=False, preload_content=False)
        try:
            if answer.status != 200:
                raise ValueError(f"HTTP {answer.status}")
            body = answer.read(LONGEST + 1, decode_content=True)
        finally:
            answer.release_conn()
        if len(body) > LONGEST:
            raise ValueError(f"more than {LONGEST} bytes")
        found = {}
        for key in _Document.model_validate_json(body).keys:
            kid = key.get("kid")
            if isinstance(kid, str) and (made := _made(key)):
                found[kid] = made
        return found


def _made(key: dict[str, object]) -> jwt.PyJWK | None:
    """None of what is no public key to check signatures with, or of a kind that is not known here."""
    if key.get("kty") not in ASYMMETRIC or key.get("use", "sig") != "sig" or "d" in key:
        return None
    try:
        # Members that count are texts. The library takes that for granted.
        return jwt.PyJWK({name: value for name, value in key.items() if isinstance(value, str)})
    except (jwt.PyJWTError, ValueError, UnsupportedAlgorithm):
        return None
