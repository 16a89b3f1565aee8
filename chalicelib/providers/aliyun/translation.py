"""From aliyun's error codes to the error tree, without anything secret in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chalicelib.errors import (
    AccessDenied,
    CloudUnavailable,
    InvalidCredentials,
    Refused,
    RetryableError,
    TaskError,
    Throttled,
)
from chalicelib.providers.redaction import redacted

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
    # Gone since it was listed: the listing is to be repeated.
    ("InvalidLoadBalancerId.NotFound", CloudUnavailable),
    ("ResourceNotFound.ServerGroup", CloudUnavailable),
    ("ResourceNotFound.serverGroup", CloudUnavailable),
)

# A refused signature is explained by the request that was signed, which holds the access key and the session token.
_SIGNED_REQUEST = re.compile(r"\s*\bserver\s+(string\s*to\s*sign|signstring|canonical\s*request)\b.*", re.I | re.S)
_ACCESS_KEY = re.compile(r"\b(LTAI\w{8,}|STS\.\w{8,})")


def error_of(
    code: str, message: str, *, status: int, request_id: str, retry_after: float | None, secrets: Iterable[str]
) -> TaskError:
    """What an error answer means to the service. ``retry_after`` is in seconds."""
    code, said, request = (
        redacted(part, secrets, shape=_ACCESS_KEY) for part in (code, _SIGNED_REQUEST.sub("", message), request_id)
    )
    words = f"{code}: {said} (HTTP {status}, request {request or 'unknown'})"
    kind = next((kind for prefix, kind in CODES if code.startswith(prefix)), None)
    if kind is None:
        if status < 500:
            return Refused(words, code)
        kind = CloudUnavailable
    if issubclass(kind, RetryableError):
        return kind(words, retry_after=retry_after)
    return kind(words)
