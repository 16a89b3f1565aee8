"""Refusals in the shapes of huawei's gateway and of the products behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from infra.local.clouds.server import Answer

Shape = Callable[[str, str, str], Mapping[str, Any] | str]
"""From code, message and request id to the document of an error: JSON, or XML as text."""


def _gateway(code: str, message: str, request_id: str) -> Mapping[str, Any]:
    return {"error_msg": message, "error_code": code, "request_id": request_id}


def _xml(code: str, message: str, request_id: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(message)}</Message><RequestId>{request_id}</RequestId>"
        "<HostId>RkFLRQ==</HostId></Error>"
    )


SHAPES: Mapping[str, Shape] = {
    "gateway": _gateway,
    "nested": lambda code, message, request_id: {"error": {"code": code, "message": message}},
    "flat": lambda code, message, request_id: {"error_code": code, "error_msg": message},
    "bare": lambda code, message, request_id: {"code": code, "message": message, "request_id": request_id},
    "camel": lambda code, message, request_id: {"errCode": code, "externalMessage": message},
    "iam": lambda code, message, request_id: {"error": {"code": int(code), "message": message, "title": "Refused"}},
    "xml": _xml,
}


class Refusal(Exception):
    """A request that is answered with an error document of a shape in ``SHAPES``. ``retry_after`` is in seconds."""

    def __init__(
        self, status: int, code: str, message: str, *, shape: str = "gateway", retry_after: float | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.shape = shape
        self.retry_after = retry_after

    def answer(self, request_id: str) -> Answer:
        document = SHAPES[self.shape](self.code, self.message, request_id)
        if isinstance(document, str):
            answer = Answer(self.status, document.encode(), {"Content-Type": "application/xml"})
        else:
            answer = Answer.json(document, status=self.status)
        headers = dict(answer.headers) | {"X-Request-Id": request_id}
        if self.retry_after is not None:
            headers["Retry-After"] = str(math.ceil(self.retry_after))
        return Answer(self.status, answer.body, headers)


def unauthenticated(why: str) -> Refusal:
    return Refusal(401, "APIGW.0301", f"Incorrect IAM authentication information: {why}")


def throttled(shape: str, limit: float, retry_after: float | None) -> Refusal:
    if shape == "xml":
        return Refusal(503, "SlowDown", "Please reduce your request rate.", shape=shape, retry_after=retry_after)
    words = f"The throttling threshold has been reached: policy user over ratelimit,limit:{limit:g},time:1 second"
    return Refusal(429, "APIGW.0308", words, retry_after=retry_after)


def refused(product: str, shape: str, status: int, message: str) -> Refusal:
    """A refusal in the product's own words."""
    code = str(status) if shape == "iam" else _XML_CODES[status] if shape == "xml" else f"{product.upper()}.0{status}"
    return Refusal(status, code, message, shape=shape)


_XML_CODES = {400: "InvalidArgument", 403: "AccessDenied", 500: "InternalError", 503: "ServiceUnavailable"}

FAULTS: Mapping[str, tuple[int, str]] = {
    "unavailable": (503, "The service is temporarily unavailable."),
    "internal_error": (500, "Internal server error."),
    "denied": (403, "Policy doesn't allow this action to be performed."),
}
"""What the faults that refuse are in every product: status and message."""
