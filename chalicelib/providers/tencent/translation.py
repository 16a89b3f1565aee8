"""From tencent's error codes to the error tree, without anything secret in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    Refused,
    TaskError,
    Throttled,
)
from chalicelib.providers.redaction import redacted

# The first row whose prefix the code has wins. Those of the APIs come with HTTP 200.
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
    ("SlowDown", Throttled),  # from here on, in the words of COS
    ("AccessDenied", AccessDenied),
    ("InvalidAccessKeyId", InvalidCredentials),
    ("SignatureDoesNotMatch", InvalidCredentials),
    ("InvalidToken", InvalidCredentials),
    ("ExpiredToken", InvalidCredentials),
)

_SECRET_ID = re.compile(r"\b(AKID|IKID)[\w-]{8,}")


def error_of(code: str, message: str, *, request_id: str, secrets: Iterable[str]) -> TaskError:
    """What an error answer means to the service. Tencent never says how long to wait."""
    code, said, request = (redacted(part, secrets, shape=_SECRET_ID) for part in (code, message, request_id))
    words = f"{code}: {said} (request {request or 'unknown'})"
    kind = next((kind for prefix, kind in CODES if code.startswith(prefix)), None)
    return kind(words) if kind else Refused(words, code)
