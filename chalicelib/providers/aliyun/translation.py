"""From aliyun's error codes to the error tree, without anything secret in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from chalicelib.errors import (
    AccessDenied,
    CloudUnavailable,
    InvalidCredentials,
    Refused,
    RetryableError,
    TaskError,
    Throttled,
)

# The first row whose prefix the code has wins.
CODES: tuple[tuple[str, type[TaskError]], ...] = (
    ("Throttling", Throttled),
    ("Forbidden", AccessDenied),
    ("AccessDenied", AccessDenied),
    ("NoPermission", AccessDenied),
    ("UnauthorizedOperation", AccessDenied),
    ("InvalidAccessKeyId", InvalidCredentials),
    ("SignatureDoesNotMatch", InvalidCredentials),
    ("InvalidSecurityToken", InvalidCredentials),
    ("SecurityTokenExpired", InvalidCredentials),
    ("EntityNotExist.Role", InvalidCredentials),
    ("InvalidParameter.RoleArn", InvalidCredentials),
    ("ServiceUnavailable", CloudUnavailable),
)

# A refused signature is explained by the request that was signed, which holds the access key and the session token.
_SIGNED_REQUEST = re.compile(r"\s*\bserver\s+(string\s*to\s*sign|signstring|canonical\s*request)\b.*", re.I | re.S)
_ACCESS_KEY = re.compile(r"\b(LTAI\w{8,}|STS\.\w{8,})")
_LONGEST = 300


def error_of(
    code: str, message: str, *, status: int, request_id: str, retry_after: float | None, secrets: Iterable[str]
) -> TaskError:
    """What an error answer means to the service. ``retry_after`` is in seconds."""
    words = f"{code}: {redacted(message, secrets)} (HTTP {status}, request {request_id or 'unknown'})"
    kind = next((kind for prefix, kind in CODES if code.startswith(prefix)), None)
    if kind is None:
        if status < 500:
            return Refused(words, code)
        kind = CloudUnavailable
    if issubclass(kind, RetryableError):
        return kind(words, retry_after=retry_after)
    return kind(words)


def redacted(message: str, secrets: Iterable[str]) -> str:
    """``message`` without the signed request and without the ``secrets``, shortened to what a person reads."""
    message = _ACCESS_KEY.sub("***", _SIGNED_REQUEST.sub("", message))
    for secret in sorted((secret for secret in secrets if secret), key=len, reverse=True):
        for spelling in (secret, quote(secret, safe="~"), quote(quote(secret, safe="~"), safe="~")):
            message = message.replace(spelling, "***")
    return message if len(message) <= _LONGEST else message[:_LONGEST] + "…"
