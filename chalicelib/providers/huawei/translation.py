"""From huawei's error answers to the error tree, without anything secret in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.errors import (
    AccessDenied,
    CloudRejected,
    CloudUnavailable,
    InvalidCredentials,
    RetryableError,
    TaskError,
    Throttled,
)
from chalicelib.providers.answers import json_object
from chalicelib.providers.redaction import redacted

# The first row whose prefix the code has wins; where none does, the status says it.
CODES: tuple[tuple[str, type[TaskError]], ...] = (
    ("APIGW.0301", InvalidCredentials),
    ("APIGW.0303", InvalidCredentials),
    ("APIGW.0307", InvalidCredentials),
    ("APIGW.0308", Throttled),
    ("APIG.0308", Throttled),
    ("SlowDown", Throttled),
    ("InvalidAccessKeyId", InvalidCredentials),
    ("SignatureDoesNotMatch", InvalidCredentials),
    ("RequestTimeTooSkewed", InvalidCredentials),
    ("InvalidSecurityToken", InvalidCredentials),
)
STATUSES: Mapping[int, type[TaskError]] = {
    401: InvalidCredentials,
    403: AccessDenied,
    408: CloudUnavailable,
    429: Throttled,
}

# Products call the two parts of an error by different names, some of them one level down.
_CODE_NAMES = ("error_code", "errorCode", "errCode", "code", "Code")
_MESSAGE_NAMES = ("error_msg", "errorMsg", "errMsg", "externalMessage", "message", "Message")
_REQUEST_ID_NAMES = ("request_id", "RequestId")
_XML_ELEMENT = re.compile(r"<(Code|Message|RequestId)>([^<]*)</")

# The gateway says which access key it does not know.
_ACCESS_KEY = re.compile(r"\b(?:ak|access key)\s*[:=]\s*[^\s,;]+", re.I)


def error_of(status: int, headers: Mapping[str, str], body: bytes, secrets: Iterable[str]) -> TaskError:
    """What an answer with that status and ``body`` means to the service. Header names are looked up as they are."""
    told = _told(body)
    code = redacted(_first(told, _CODE_NAMES) or str(status), secrets)
    message = _first(told, _MESSAGE_NAMES) or "no reason given"
    request_id = _first(told, _REQUEST_ID_NAMES) or headers.get("X-Request-Id") or "unknown"
    shown = redacted(message, secrets, shape=_ACCESS_KEY)
    words = f"{code}: {shown} (HTTP {status}, request {redacted(request_id, secrets)})"
    kind = next((kind for prefix, kind in CODES if code.startswith(prefix)), None) or STATUSES.get(status)
    if kind is None:
        kind = CloudUnavailable if status >= 500 else CloudRejected
    if issubclass(kind, RetryableError):
        return kind(words, retry_after=_seconds(headers.get("Retry-After")))
    return kind(words)


def _told(body: bytes) -> Mapping[str, Any]:
    text = body.decode(errors="replace")
    document = json_object(text)
    return dict(_XML_ELEMENT.findall(text)) if document is None else document


def _first(document: Mapping[str, Any], names: tuple[str, ...]) -> str:
    """The value of the first name, here or one level down; empty where there is none."""
    for level in (document, *(value for value in document.values() if isinstance(value, Mapping))):
        for name in names:
            if isinstance(level.get(name), (str, int)):
                return str(level[name])
    return ""


def _seconds(header: str | None) -> float | None:
    """Retry-After as a number of seconds; a date, which no product is known to send, counts as none."""
    return float(header) if header is not None and header.isdecimal() else None
