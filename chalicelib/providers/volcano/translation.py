"""From volcano's error codes to the error tree, without anything secret in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    TaskError,
    Throttled,
)
from chalicelib.providers.redaction import redacted

# The first row whose prefix the code has wins; a code that is in none counts by its HTTP status.
CODES: tuple[tuple[str, type[TaskError]], ...] = (
    ("FlowLimitExceeded", Throttled),
    ("AccountFlowLimitExceeded", Throttled),
    ("UserFlowLimitExceeded", Throttled),
    ("RequestLimitExceeded", Throttled),
    ("ExceedAccountQPSLimit", Throttled),
    ("ExceedAccountRateLimit", Throttled),
    ("Throttling", Throttled),
    ("InvalidTimestamp", CloudRejected),  # this machine's clock is wrong, not the key
    ("RequestTimeTooSkewed", CloudRejected),
    ("InvalidAccessKey", InvalidCredentials),
    ("AccessKeyNotExist", InvalidCredentials),
    ("AccessKeyIsExpire", InvalidCredentials),
    ("InvalidAuthorization", InvalidCredentials),
    ("InvalidCredential", InvalidCredentials),
    ("InvalidSecurityToken", InvalidCredentials),
    ("SessionTokenInvalid", InvalidCredentials),
    ("ExpiredToken", InvalidCredentials),
    ("SignatureDoesNotMatch", InvalidCredentials),
    ("AccessDenied", AccessDenied),
    ("Forbidden", AccessDenied),
    ("Internal", CloudUnavailable),
    ("ServiceFailure", CloudUnavailable),
    ("ServiceUnavailable", CloudUnavailable),
    ("InvalidServerGroup", CloudUnavailable),  # gone since it was listed: the listing is to be repeated
)
STATUSES: tuple[tuple[int, type[TaskError]], ...] = (
    (HTTPStatus.UNAUTHORIZED, InvalidCredentials),
    (HTTPStatus.FORBIDDEN, AccessDenied),
    (HTTPStatus.TOO_MANY_REQUESTS, Throttled),
)

_ACCESS_KEY = re.compile(r"\bAK(?:LT|TP)[\w-]{8,}")


def error_of(code: str, message: str, *, status: int, request_id: str, secrets: Iterable[str]) -> TaskError:
    """What an error answer means to the service. Volcano never says how long to wait."""
    code, said, request = (redacted(part, secrets, shape=_ACCESS_KEY) for part in (code, message, request_id))
    words = f"{code}: {said} (request {request or 'unknown'})"
    kind = next((kind for prefix, kind in CODES if code.startswith(prefix)), None) or _kind_of(status)
    return kind(words)


def page_of_another(status: int) -> TaskError:
    """For an answer with an error ``status`` that is not the cloud's: what it quotes is not for people."""
    kind = _kind_of(status)
    return kind(f"something on the way to the cloud answered an error page in its place (HTTP {status})")


def _kind_of(status: int) -> type[TaskError]:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return CloudUnavailable
    return dict(STATUSES).get(status, CloudRejected)
