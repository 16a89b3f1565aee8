"""Checks the signature V3 (ACS3-HMAC-SHA256) of a request, as the public algorithm says."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from infra.local.clouds.aliyun.refusal import Refusal, missing
from infra.local.clouds.server import Request

ALGORITHM = "ACS3-HMAC-SHA256"
_AUTHORIZATION = re.compile(rf"{ALGORITHM} Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)")
_CLOCK_SKEW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key that the fake accepts. With a ``security_token`` it is a temporary one, good with that token only."""

    access_key_id: str
    access_key_secret: str
    security_token: str = ""


def verified(request: Request, keys: Mapping[str, AccessKey]) -> AccessKey:
    """The key that signed the request. Raises Refusal as the gateway refuses."""
    match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if match is None:
        raise missing("Authorization")
    access_key_id, signed_headers, signature = match.groups()
    key = keys.get(access_key_id)
    if key is None:
        raise Refusal(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    _check_date(request.headers.get("x-acs-date", ""))
    canonical = _canonical_request(request, signed_headers.split(";"))
    expected = hmac.new(key.access_key_secret.encode(), _string_to_sign(canonical).encode(), hashlib.sha256)
    if not hmac.compare_digest(expected.hexdigest(), signature):
        raise _mismatch(canonical)
    if request.headers.get("x-acs-security-token", "") != key.security_token:
        raise Refusal(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.")
    return key


def _canonical_request(request: Request, signed: list[str]) -> str:
    headers = request.headers
    needed = {"host", *(name for name in headers if name.startswith("x-acs-"))}
    payload = hashlib.sha256(request.body).hexdigest()
    if not needed.issubset(signed) or headers.get("x-acs-content-sha256") != payload:
        raise Refusal(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
    parameters = sorted(parse_qsl(request.query, keep_blank_values=True))
    query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in parameters)
    lines = "".join(f"{name}:{headers.get(name, '').strip()}\n" for name in sorted(signed))
    return "\n".join((request.method, request.path or "/", query, lines, ";".join(sorted(signed)), payload))


def _string_to_sign(canonical: str) -> str:
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def _mismatch(canonical: str) -> Refusal:
    """Like the gateway's, the message quotes all that was signed: the session token, if there is one, included."""
    return Refusal(
        400,
        "SignatureDoesNotMatch",
        "Specified signature does not match our calculation. "
        f"server signString is [{_string_to_sign(canonical)}] server CanonicalRequest is [{canonical}]",
    )


def _check_date(text: str) -> None:
    try:
        date = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(
            400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."
        ) from None
    if abs(datetime.now(UTC) - date) > _CLOCK_SKEW:
        raise Refusal(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
