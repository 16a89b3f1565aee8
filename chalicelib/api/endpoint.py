"""HTTP in, HTTP out: the envelope, the errors, and reading a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from chalice.app import Request, Response
from pydantic import BaseModel, TypeAdapter, ValidationError

from chalicelib.access.principal import OPERATORS, Principal
from chalicelib.access.roles import Role
from chalicelib.container import current
from chalicelib.errors import (
    ApiError,
    InternalError,
    InvalidRequest,
    MethodNotAllowed,
    Unauthenticated,
    UnsupportedMediaType,
)
from chalicelib.tasks.service import Caller
from chalicelib.tasks.submission import describe

M = TypeVar("M", bound=BaseModel)

STORE_RETRY_SECONDS = 5
CORRELATION_HEADER = "x-correlation-id"
USER_HEADER = "x-cam-user"
IDEMPOTENCY_HEADER = "idempotency-key"
HEADER_LENGTH = 128
CORS = "Access-Control-"
ANONYMOUS = "anonymous"


def envelope(code: int, message: str, data: Any, *, status: int, headers: Mapping[str, str] | None = None) -> Response:
    body = json.dumps({"code": code, "msg": message, "data": data}, ensure_ascii=False, separators=(",", ":"))
    sent: dict[str, str | list[str]] = {"Content-Type": "application/json", **(headers or {})}
    return Response(body, headers=sent, status_code=status)


def failure(error: ApiError) -> Response:
    headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
    return envelope(error.code, error.message, None, status=error.status, headers=headers)


FRAMEWORK_ERRORS: dict[int, ApiError] = {
    405: MethodNotAllowed("this method is not allowed here"),
    415: UnsupportedMediaType("send the body as JSON with the header Content-Type: application/json"),
    500: InternalError("internal error; it has been logged"),
}


def envelope_framework_errors(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Middleware: answers that Chalice makes itself, before a view is reached, get the envelope too."""
    response = get_response(event)
    if response.status_code >= 400 and isinstance(response.body, dict) and "Code" in response.body:
        error = FRAMEWORK_ERRORS.get(response.status_code)
        enveloped = (
            failure(error)
            if error
            else envelope(
                response.status_code * 100, str(response.body.get("Message", "")), None, status=response.status_code
            )
        )
        kept = {name: value for name, value in response.headers.items() if name == "Allow" or name.startswith(CORS)}
        enveloped.headers.update(kept)
        return enveloped
    return response


def parameters(request: Request) -> dict[str, str]:
    """The query string. Raises InvalidRequest for a parameter that is given twice."""
    given = request.query_params
    values = {name: given.getlist(name) for name in given} if given else {}
    if repeated := sorted(name for name, found in values.items() if len(found) > 1):
        raise InvalidRequest(f"invalid request: {', '.join(repeated)}: given more than once")
    return {name: found[0] for name, found in values.items()}


def query(request: Request, model: type[M], *, ignore: str | None = None) -> M:
    """The query string as ``model``, but for names that begin with ``ignore``. Raises InvalidRequest naming every
    parameter that is wrong or unknown.
    """
    given = parameters(request)
    try:
        return model.model_validate(
            {name: value for name, value in given.items() if ignore is None or not name.startswith(ignore)}
        )
    except ValidationError as error:
        raise InvalidRequest(describe(error)) from None


def body(request: Request, model: type[M]) -> M:
    """The JSON body as ``model``. Raises InvalidRequest naming every bad field."""
    try:
        return model.model_validate_json(request.raw_body, strict=True)
    except ValidationError as error:
        raise InvalidRequest(describe(error)) from None


def _header(request: Request, name: str) -> str:
    value = str(request.headers.get(name, ""))[:HEADER_LENGTH]
    return "".join(character for character in value if character.isprintable())


_PRINCIPAL = TypeAdapter(Principal)


def principal(request: Request) -> Principal:
    """Who is asking: what the authorizer found out. Where authentication is off, an admin of the operators' tenant, by
    the name that they give. Raises Unauthenticated.
    """
    if current().settings.authentication == "off":
        return Principal(OPERATORS, _header(request, USER_HEADER) or ANONYMOUS, Role.ADMIN)
    known = request.context.get("authorizer") or {}
    try:
        return _PRINCIPAL.validate_python(
            {"tenant": known.get("tenant"), "subject": known.get("principalId"), "role": known.get("role")}
        )
    except ValidationError:
        raise Unauthenticated("this request came without its authorizer's word: send it through the gateway") from None


def caller(request: Request) -> Caller:
    """Who is asking, and the caller's id of this request, or the gateway's. Raises Unauthenticated."""
    by = principal(request)
    return Caller(by.tenant, by.subject, correlation_id(request))


def correlation_id(request: Request) -> str:
    return _header(request, CORRELATION_HEADER) or str(request.context.get("requestId", ""))


def idempotency_key(request: Request) -> str | None:
    """Raises InvalidRequest for a key that could not be told from another one."""
    key = str(request.headers.get(IDEMPOTENCY_HEADER, ""))
    if len(key) > HEADER_LENGTH or not key.isprintable():
        raise InvalidRequest(f"invalid request: Idempotency-Key: use 1 to {HEADER_LENGTH} printable characters")
    return f"api:{key}" if key else None
