"""Checks the signatures of requests, as the public algorithms say: the APIs' and the object storage's own."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from urllib.parse import parse_qsl, quote

from infra.local.clouds.server import Request
from infra.local.clouds.volcano.refusal import Refusal

CLOCK_SKEW_SECONDS = 900

_MISMATCH = Refusal(
    401,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your Secret Access Key.",
    100010,
)


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key that the fake accepts. With a ``security_token`` it is a temporary one, good with that token only."""

    access_key_id: str
    access_key_secret: str
    security_token: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """What tells one signature from the other: the algorithm, how its headers begin, and which must be signed."""

    algorithm: str
    prefix: str
    required: frozenset[str]

    def is_meant(self, request: Request) -> bool:
        return request.headers.get("authorization", "").startswith(f"{self.algorithm} ")


API = Scheme("HMAC-SHA256", "x", frozenset({"host", "x-content-sha256", "x-date"}))
BUCKETS = Scheme("TOS4-HMAC-SHA256", "x-tos", frozenset({"host", "x-tos-content-sha256", "x-tos-date"}))

_AUTHORIZATION = re.compile(
    r"(?P<algorithm>[A-Z0-9-]+) Credential=(?P<key>[^/]+)/(?P<day>\d{8})/(?P<region>[a-z0-9-]+)/(?P<service>\w+)"
    r"/request, ?SignedHeaders=(?P<signed>[a-z0-9;-]+), ?Signature=(?P<signature>[0-9a-f]{64})"
)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signed a request, and for what."""

    key: AccessKey
    region: str
    service: str


def verified(request: Request, keys: Mapping[str, AccessKey], scheme: Scheme) -> Signer:
    """Raises Refusal as the gateway refuses."""
    match = _AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if match is None or match["algorithm"] != scheme.algorithm:
        raise Refusal(400, "InvalidAuthorization", "The Authorization header of the request is invalid.", 100005)
    key = keys.get(match["key"])
    if key is None:
        message = f"The accesskey [{match['key']}] included in the request is invalid."
        raise Refusal(401, "InvalidAccessKey", message, 100009)
    moment = _moment(request.headers.get(f"{scheme.prefix}-date", ""), match["day"])
    canonical = _canonical_request(request, match["signed"].split(";"), scheme)
    scope = (match["day"], match["region"], match["service"], "request")
    to_sign = "\n".join((scheme.algorithm, moment, "/".join(scope), _digest(canonical.encode())))
    expected = reduce(_mac, (*scope, to_sign), key.access_key_secret.encode()).hex()
    if not hmac.compare_digest(expected, match["signature"]):
        raise _MISMATCH
    if request.headers.get(f"{scheme.prefix}-security-token", "") != key.security_token:
        raise Refusal(401, "InvalidSecurityToken", "The security token included in the request is invalid.")
    return Signer(key, match["region"], match["service"])


def _canonical_request(request: Request, signed: list[str], scheme: Scheme) -> str:
    given = {name for name in request.headers if name.startswith(f"{scheme.prefix}-")}
    if not scheme.required | given <= set(signed) or signed != sorted(signed):
        raise _MISMATCH
    digest = request.headers.get(f"{scheme.prefix}-content-sha256", "")
    if digest != _digest(request.body):
        raise _MISMATCH
    pairs = sorted((_quoted(name), _quoted(value)) for name, value in parse_qsl(request.query, keep_blank_values=True))
    query = "&".join(f"{name}={value}" for name, value in pairs)
    lines = "".join(f"{name}:{request.headers.get(name, '').strip()}\n" for name in signed)
    return "\n".join((request.method, request.path or "/", query, lines, ";".join(signed), digest))


def _moment(text: str, day: str) -> str:
    try:
        moment = datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(400, "MissingRequestInfo", "The request is missing X-Date information.", 100004) from None
    if abs((datetime.now(UTC) - moment).total_seconds()) > CLOCK_SKEW_SECONDS:
        raise Refusal(400, "InvalidTimestamp", "The Signature of the request is expired.", 100006)
    if not text.startswith(day):
        raise _MISMATCH
    return text


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
