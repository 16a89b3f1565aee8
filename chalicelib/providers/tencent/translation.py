"""From tencent's error codes to the error tree, without anything secret in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    Refused,
    TaskError,
    Throttled,
)

# The first row whose prefix the code has wins. All come with HTTP 200.
CODES: tuple[tuple[str, type[TaskError]], ...] = (
    ("RequestLimitExceeded", Throttled),
    ("AuthFailure.UnauthorizedOperation", AccessDenied),
    ("AuthFailure.SignatureExpire", CloudRejected),  # this machine's clock is wrong, not the key
    ("AuthFailure", InvalidCredentials),
    ("UnauthorizedOperation", AccessDenied),
    ("IpInBlacklist", AccessDenied),
    ("IpNotInWhitelist", AccessDenied),
    ("ResourceNotFound.RoleNotFound", InvalidCredentials),
    ("InternalError.GetRoleError", InvalidCredentials),
    ("InternalError.IllegalRole", InvalidCredentials),
    ("InvalidParameter.OverLimit", Throttled),  # what STS says in place of RequestLimitExceeded
    ("InternalError", CloudUnavailable),
    ("InternalServerError", CloudUnavailable),
    ("ServiceUnavailable", CloudUnavailable),
)

_SECRET_ID = re.compile(r"\b(AKID|IKID)[\w-]{8,}")
_LONGEST = 300


def error_of(code: str, message: str, *, request_id: str, secrets: Iterable[str]) -> TaskError:
    """What an error answer means to the service. Tencent never says how long to wait."""
    words = f"{code}: {redacted(message, secrets)} (request {request_id or 'unknown'})"
    kind = next((kind for prefix, kind in CODES if code.startswith(prefix)), None)
    return kind(words) if kind else Refused(words, code)


def redacted(message: str, secrets: Iterable[str]) -> str:
    """``message`` without the ``secrets``, shortened to what a person reads."""
    message = _SECRET_ID.sub("***", message)
    for secret in sorted((secret for secret in secrets if secret), key=len, reverse=True):
        for spelling in (secret, quote(secret, safe="~"), quote(quote(secret, safe="~"), safe="~")):
            message = message.replace(spelling, "***")
    return message if len(message) <= _LONGEST else message[:_LONGEST] + "…"
