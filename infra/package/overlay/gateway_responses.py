"""What API Gateway answers by itself, before the service is reached: in the service's envelope.

Templates know ``$context.authorizer.<name>``, what the authorizer said beside its policy, and
``$context.error.messageString``, a JSON string.
"""

from __future__ import annotations

import json
from typing import Any

from chalicelib.api.authorizer import NOT_CHECKED, NOTHING_SHOWN, REASON
from chalicelib.api.headers import beside_the_service
from chalicelib.errors import (
    ApiError,
    InternalError,
    InvalidRequest,
    NotFound,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

WORDS = "$context.error.messageString"

RESPONSES: dict[str, ApiError] = {
    "UNAUTHORIZED": Unauthenticated(NOTHING_SHOWN),
    "ACCESS_DENIED": Unauthenticated(f"$context.authorizer.{REASON}"),
    "AUTHORIZER_FAILURE": Unavailable(NOT_CHECKED, retry_after=5),
    "AUTHORIZER_CONFIGURATION_ERROR": Unavailable(NOT_CHECKED, retry_after=5),
    "THROTTLED": TooManyRequests("too many requests at once; send fewer", retry_after=1),
    "MISSING_AUTHENTICATION_TOKEN": NotFound("nothing is at this path, or not by this method"),
}
"""By the gateway's own names. The last is what it calls a route that is not there."""


def definition(origin: str | None) -> dict[str, Any]:
    """The part of the API's definition that sets them. What is not among them keeps its status. ``origin`` is the other
    one whose pages may call.
    """
    every = beside_the_service(origin)
    return {
        "x-amazon-apigateway-gateway-responses": {
            **{kind: _response(error, every) for kind, error in RESPONSES.items()},
            "DEFAULT_4XX": _answer(InvalidRequest.code, WORDS, every),
            "DEFAULT_5XX": _answer(InternalError.code, WORDS, every),
        }
    }


def _response(error: ApiError, every: dict[str, str]) -> dict[str, Any]:
    waiting = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return {"statusCode": str(error.status), **_answer(error.code, json.dumps(error.message), {**every, **waiting})}


def _answer(code: int, message: str, headers: dict[str, str]) -> dict[str, Any]:
    """The outermost quotes make a text of a header's value; those inside of it are part of it."""
    return {
        "responseParameters": {f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items()},
        "responseTemplates": {"application/json": f'{{"code":{code},"msg":{message},"data":null}}'},
    }
