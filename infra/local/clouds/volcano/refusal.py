"""Refusals in the words of volcano's gateway."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that is answered with an error document. ``number`` is the gateway's own for the code."""

    def __init__(self, status: int, code: str, message: str, number: int = 0) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.number = number

    def error(self) -> dict[str, Any]:
        return {"CodeN": self.number, "Code": self.code, "Message": self.message}


def missing(parameter: str) -> Refusal:
    return Refusal(400, "MissingParameter", f"The request is missing {parameter} parameter.", 100002)


def unknown(parameter: str) -> Refusal:
    return Refusal(400, "InvalidParameter", f"The specified parameter {parameter} is not known.")


def wrong(parameter: str) -> Refusal:
    return Refusal(400, f"InvalidParameter.{parameter}", f"The specified parameter {parameter} is invalid.")


def gone(parameter: str) -> Refusal:
    return Refusal(404, f"Invalid{parameter.removesuffix('Id')}.NotFound", f"The specified {parameter} does not exist.")


def denied(action: str, account: str) -> Refusal:
    message = f"User is not authorized to perform: {action} on resource: trn:iam::{account}:*."
    return Refusal(403, "AccessDenied", message, 100013)


def throttled() -> Refusal:
    message = "Request was rejected because the request speed of this openAPI is beyond the current flow control limit."
    return Refusal(429, "FlowLimitExceeded", message, 100018)


FAULTS = {
    "unavailable": Refusal(503, "ServiceUnavailable", "The service is temporarily unavailable."),
    "internal_error": Refusal(500, "InternalError", "Service has some internal Error. Pls Contact With Admin.", 100014),
}
