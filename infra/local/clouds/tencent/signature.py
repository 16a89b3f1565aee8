"""Checks the signature V3 (TC3-HMAC-SHA256) of a request, as the public algorithm says."""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from infra.local.clouds.server import Request
from infra.local.clouds.tencent.refusal import Refusal

ALGORITHM = "TC3-HMAC-SHA256"
CLOCK_SKEW_SECONDS = 300

_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=([^/]+)/(\d{{4}}-\d\d-\d\d)/([a-z0-9]+)/tc3_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)
_MISMATCH = Refusal(
    "AuthFailure.SignatureFailure",
    "The provided credentials could not be validated. Please check your signature is correct.",
)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key that the fake accepts. With a ``security_token`` it is a temporary one, good with that token only."""

    access_key_id: str
    access_key_secret: str
    security_token: str = ""


def verified(request: Request, keys: Mapping[str, AccessKey]) -> tuple[AccessKey, str]:
    """The key that signed the request and the product it is for. Raises Refusal as the gateway refuses."""
    match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if match is None:
        raise Refusal("AuthFailure.InvalidAuthorization", "The Authorization header does not conform to the standard.")
    secret_id, date, service, signed_headers, signature = match.groups()
    key = keys.get(secret_id)
    if key is None:
        raise Refusal("AuthFailure.SecretIdNotFound", "The SecretId is not found, please ensure that it is correct.")
    timestamp = _timestamp(request.headers.get("x-tc-timestamp", ""), date)
    to_sign = "\n".join(
        (
            ALGORITHM,
            timestamp,
            f"{date}/{service}/tc3_request",
            _digest(_canonical_request(request, signed_headers.split(";")).encode()),
        )
    )
    expected = _sign(_signing_key(key.access_key_secret, date, service), to_sign).hex()
    if not hmac.compare_digest(expected, signature):
        raise _MISMATCH
    if request.headers.get("x-tc-token", "") != key.security_token:
        raise Refusal("AuthFailure.TokenFailure", "The token is not valid.")
    return key, service


def _canonical_request(request: Request, signed: list[str]) -> str:
    if not {"content-type", "host"}.issubset(signed) or signed != sorted(signed):
        raise _MISMATCH
    lines = "".join(f"{name}:{request.headers.get(name, '').strip().lower()}\n" for name in signed)
    path = request.path or "/"
    return "\n".join((request.method, path, request.query, lines, ";".join(signed), _digest(request.body)))


def _timestamp(text: str, date: str) -> str:
    if not text.isdecimal():
        raise Refusal("MissingParameter", "The request is missing a required parameter `Timestamp`.")
    if abs(time.time() - int(text)) > CLOCK_SKEW_SECONDS:
        raise Refusal("AuthFailure.SignatureExpire", "The signature has expired, please check your local time.")
    if datetime.fromtimestamp(int(text), UTC).strftime("%Y-%m-%d") != date:
        raise _MISMATCH
    return text


def _signing_key(secret: str, date: str, service: str) -> bytes:
    return _sign(_sign(_sign(f"TC3{secret}".encode(), date), service), "tc3_request")


def _sign(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
