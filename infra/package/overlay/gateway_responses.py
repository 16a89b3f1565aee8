"""What API Gateway answers by itself, before the service is reached: in the service's envelope.

Templates know ``$context.authorizer.<name>``, what the authorizer said beside its policy, and
``$context.error.messageString``, a JSON string.
"""

from __future__ import annotations

import json
from typing import Any

from chalicelib.api.authorizer import NOT_CHECKED, NOTHING_SHOWN, REASON
from chalicelib.errors import ApiError, InternalError, InvalidRequest, NotFound, Unauthenticated, Unavailable

WORDS = "$context.error.messageString"

RESPONSES: dict[str, ApiError] = {
    "UNAUTHORIZED": Unauthenticated(NOTHING_SHOWN),
    "ACCESS_DENIED": Unauthenticated(f"$context.authorizer.{REASON}"),
    "AUTHORIZER_FAILURE": Unavailable(NOT_CHECKED, retry_after=5),
    "AUTHORIZER_CONFIGURATION_ERROR": Unavailable(NOT_CHECKED, retry_after=5),
    "MISSING_AUTHENTICATION_TOKEN": NotFound("nothing is at this path, or not by this method"),
}
"""By the gateway's own names. The last is what it calls a route that is not there."""


def definition() -> dict[str, Any]:
    """The part of the API's definition that sets them. What is not among them keeps its status."""
    return {
        "x-amazon-apigateway-gateway-responses": {
            **{kind: _response(error) for kind, error in RESPONSES.items()},
            "DEFAULT_4XX": _template(InvalidRequest.code, WORDS),
            "DEFAULT_5XX": _template(InternalError.code, WORDS),
        }
    }


def _response(error: ApiError) -> dict[str, Any]:
    headers = {} if error.retry_after is None else {"gatewayresponse.header.Retry-After": f"'{error.retry_after}'"}
    return {
        "statusCode": str(error.status),
        "responseParameters": headers,
        **_template(error.code, json.dumps(error.message)),
    }


def _template(code: int, message: str) -> dict[str, Any]:
    return {"responseTemplates": {"application/json": f'{{"code":{code},"msg":{message},"data":null}}'}}
