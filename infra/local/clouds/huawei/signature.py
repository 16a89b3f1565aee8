"""Checks the two signatures of huawei: SDK-HMAC-SHA256, and that of OBS. Both as the public algorithms say."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, quote, unquote

from infra.local.clouds.huawei.refusal import Refusal, unauthenticated
from infra.local.clouds.server import Request

ALGORITHM = "SDK-HMAC-SHA256"
_AUTHORIZATION = re.compile(rf"{ALGORITHM} Access=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)")
_OBS_AUTHORIZATION = re.compile(r"OBS ([^:]+):(\S+)")
_DATE = "%Y%m%dT%H%M%SZ"
_CLOCK_SKEW = timedelta(minutes=15)
_ALWAYS_SIGNED = frozenset({"host", "x-sdk-date"})
_SIGNED_IF_SENT = frozenset({"x-project-id", "x-domain-id", "x-security-token"})


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
        raise unauthenticated("x-auth-token not found")
    access_key_id, listed, signature = match.groups()
    key = keys.get(access_key_id)
    if key is None:
        raise unauthenticated(f"Get secretKey failed,ak:{access_key_id},err:ak not exist")
    signed = listed.split(";")
    needed = _ALWAYS_SIGNED | (_SIGNED_IF_SENT & request.headers.keys())
    if not needed.issubset(signed):
        raise unauthenticated("signed headers are incomplete")
    date = request.headers.get("x-sdk-date", "")
    _check_date(date)
    canonical = _canonical_request(request, signed)
    to_sign = f"{ALGORITHM}\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    expected = hmac.new(key.access_key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, signature):
        raise unauthenticated("verify aksk signature fail")
    if request.headers.get("x-security-token", "") != key.security_token:
        raise unauthenticated("decrypt token fail")
    return key


def verified_by_obs(request: Request, keys: Mapping[str, AccessKey]) -> AccessKey:
    """The key that signed a request that names no bucket. Raises Refusal as OBS refuses."""
    match = _OBS_AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if match is None:
        raise _denied("AccessDenied", "Anonymous access is denied.")
    access_key_id, signature = match.groups()
    key = keys.get(access_key_id)
    if key is None:
        raise _denied("InvalidAccessKeyId", "The OBS Access Key Id you provided does not exist in our records.")
    headers = request.headers
    try:
        sent = parsedate_to_datetime(headers.get("x-obs-date") or headers.get("date", ""))
    except ValueError:
        raise _denied("AccessDenied", "OBS authentication requires a valid Date or x-obs-date header.") from None
    if abs(datetime.now(UTC) - sent) > _CLOCK_SKEW:
        raise _denied("RequestTimeTooSkewed", "The difference between the request time and the current is too large.")
    date = "" if "x-obs-date" in headers else headers.get("date", "")
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers) if name.startswith("x-obs-"))
    type_ = headers.get("content-type", "")
    to_sign = f"{request.method}\n{headers.get('content-md5', '')}\n{type_}\n{date}\n{lines}{request.path}"
    digest = hmac.new(key.access_key_secret.encode(), to_sign.encode(), hashlib.sha1).digest()
    if not hmac.compare_digest(base64.b64encode(digest).decode(), signature):
        raise _denied(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
        )
    if headers.get("x-obs-security-token", "") != key.security_token:
        raise _denied("InvalidSecurityToken", "The security token is invalid.")
    return key


def _canonical_request(request: Request, signed: list[str]) -> str:
    path = "/".join(quote(step, safe="~") for step in unquote(request.path).split("/"))
    parameters = sorted(parse_qsl(request.query, keep_blank_values=True))
    query = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in parameters)
    lines = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in sorted(signed))
    payload = request.headers.get("x-sdk-content-sha256") or hashlib.sha256(request.body).hexdigest()
    return "\n".join(
        (request.method, path if path.endswith("/") else f"{path}/", query, lines, ";".join(sorted(signed)), payload)
    )


def _check_date(written: str) -> None:
    try:
        date = datetime.strptime(written, _DATE).replace(tzinfo=UTC)
    except ValueError:
        raise unauthenticated("x-sdk-date is malformed") from None
    now = datetime.now(UTC)
    if abs(now - date) > _CLOCK_SKEW:
        raise unauthenticated(f"signature expired, signature time:{written}, server time:{now.strftime(_DATE)}")


def _denied(code: str, message: str) -> Refusal:
    return Refusal(403, code, message, shape="xml")
