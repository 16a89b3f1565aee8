"""Refusals in the shape of tencent's gateway: always HTTP 200, with an Error inside."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that is answered with an error document."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message

    def document(self) -> dict[str, Any]:
        return {"Error": {"Code": self.code, "Message": self.message}}


def missing(parameter: str) -> Refusal:
    return Refusal("MissingParameter", f"The request is missing a required parameter `{parameter}`.")


def unknown(parameter: str) -> Refusal:
    return Refusal("UnknownParameter", f"The parameter `{parameter}` is not recognized.")


def wrong_type(parameter: str) -> Refusal:
    return Refusal("InvalidParameter", f"The value type of parameter `{parameter}` is not valid.")


def wrong_value(parameter: str) -> Refusal:
    return Refusal("InvalidParameterValue", f"The value of parameter `{parameter}` is not valid.")


def over_limit(parameter: str, most: int) -> Refusal:
    return Refusal("InvalidParameterValue.LimitExceeded", f"The value of `{parameter}` exceeds {most}.")


def denied(action: str) -> Refusal:
    return Refusal(
        "UnauthorizedOperation",
        f"[operation:{action}] You are not authorized to perform this operation. Check your CAM policies.",
    )


def throttled(rate: float) -> Refusal:
    return Refusal(
        "RequestLimitExceeded",
        f"Your current requests exceed the frequency limit `{rate:g}` for a second. Reduce the frequency of calls.",
    )


FAULTS = {
    "unavailable": Refusal("ServiceUnavailable", "The service is temporarily unavailable."),
    "internal_error": Refusal("InternalError", "An internal error has occurred. Retry your request."),
}
