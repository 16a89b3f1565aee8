"""The OpenAPI 3.1 document of the service, made of its operations: what checks a request is what is documented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, TypeAdapter

from chalicelib.access.principal import OPERATORS
from chalicelib.api.documentation import OPERATIONS
from chalicelib.api.links import links_of
from chalicelib.api.permissions import OF_THE_SERVICE
from chalicelib.api.routes import Operation
from chalicelib.errors import api_errors
from chalicelib.providers.names import LARGEST_ACCOUNT_ID
from chalicelib.tasks.model import Lane

Schema = dict[str, Any]

REFERENCE = "#/components/schemas/{model}"
_PART = re.compile(r"{(\w+)}")
_MARKUP = re.compile(r"``([^`]+)``")

PARTS: Mapping[str, Schema] = {
    "task_id": {"type": "string", "format": "uuid"},
    "account_id": {"type": "integer", "minimum": 1, "maximum": LARGEST_ACCOUNT_ID},
    "asset_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "lane": {"enum": [lane.value for lane in Lane]},
}
"""What a part of a path has to look like to name something."""

HEADERS = {
    "X-Cam-User": "Who asks, where authentication is off; kept as `created_by`. Where it is on, the key or token says.",
    "X-Correlation-Id": "Found again on every log line of the task.",
    "Idempotency-Key": "A repeated request with the same key answers the same task; with another body, 422.",
}


SECURITY_SCHEMES: Schema = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "cam_<id>_<secret>",
        "description": "An API key of POST /keys.",
    },
    "identityProvider": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A token of the OpenID Connect provider that the stage is set to.",
    },
}
"""Either will do; a stage may accept one of them alone. On one machine authentication is off unless it is set."""


def document(operations: Iterable[Operation], *, prefix: str, version: str) -> Schema:
    """All of it, in JSON types. ``prefix`` is what the paths of the operations are below."""
    schemas: Schema = {}
    paths: Schema = {}
    documented = [operation for operation in operations if operation.documented]
    for operation in documented:
        made = _operation(operation, schemas)
        if links := links_of(operation, documented):
            made["responses"][str(operation.status)]["links"] = links
        paths.setdefault(operation.path, {})[operation.method.lower()] = made
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cam-tasks",
            "version": version,
            "summary": "Asynchronous tasks for cloud asset management",
            "description": (
                'Every answer is `{"code": 0, "msg": "success", "data": …}`; an error has a code of its own, a message '
                "that says what to do, `data: null` and a fitting status. Times are RFC 3339 in UTC. Unknown fields "
                "and parameters are errors."
            ),
        },
        "servers": [{"url": prefix}],
        "paths": paths,
        "components": {"schemas": schemas | {"Error": _error_schema()}, "securitySchemes": SECURITY_SCHEMES},
    }


def _operation(operation: Operation, schemas: Schema) -> Schema:
    example = OPERATIONS[operation.name]
    taken = operation.accepts() if operation.accepts else operation.body
    made: Schema = {
        "operationId": operation.name,
        "summary": example.summary,
        "tags": [operation.path.split("/")[1]],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation, schemas), *_headers(operation)],
        "responses": {
            str(operation.status): {
                "description": "success",
                "content": {
                    "application/json": {
                        "schema": _envelope(_answer(operation, schemas)),
                        "example": {"code": 0, "msg": "success", "data": example.answer},
                    }
                },
            },
            **_refusals(operation, has_body=taken is not None),
        },
    }
    made["description"] = "\n\n".join(filter(None, (_told(operation.view.__doc__ or ""), _admittance(operation))))
    made["security"] = [] if operation.role is None else [{name: []} for name in SECURITY_SCHEMES]
    if operation.role is not None:
        made["x-required-role"] = operation.role.value
    if taken is not None:
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _schema(taken, schemas), "example": example.body}},
        }
    return made


def _refusals(operation: Operation, *, has_body: bool) -> Schema:
    """The answers that are errors, by status: those of every route, and those of its kind."""
    met = {400, 415, 429, 431, 500, 503}
    met |= {404} if _PART.search(operation.path) else set()
    met |= {409} if operation.method != "GET" else set()
    met |= {401, 403} if operation.role is not None else set()
    met |= {413} if has_body else set()
    met |= {422} if operation.accepts else set()
    return {
        str(status): {
            "description": HTTPStatus(status).phrase,
            "content": {"application/json": {"schema": {"$ref": REFERENCE.format(model="Error")}}},
        }
        for status in sorted(met)
    }


def _admittance(operation: Operation) -> str:
    """Who may, in words."""
    if operation.role is None:
        return "Open to everybody."
    whole = f", in the tenant `{OPERATORS}`: it touches every tenant" if operation.name in OF_THE_SERVICE else ""
    return f"Takes the role `{operation.role}`{whole}."


def _path_parameters(operation: Operation) -> Iterator[Schema]:
    for name in _PART.findall(operation.path):
        yield {"name": name, "in": "path", "required": True, "schema": PARTS.get(name, {"type": "string"})}


def _query_parameters(operation: Operation, schemas: Schema) -> Iterator[Schema]:
    if operation.query is not None:
        schema = _schema(operation.query, schemas)
        required = schema.get("required", ())
        for name, value in schema["properties"].items():
            yield {"name": name, "in": "query", "required": name in required, "schema": _never_null(value)}
    if operation.beside is not None:
        yield {
            "name": f"{operation.beside}KEY",
            "in": "query",
            "description": f"Any number of parameters whose names begin with `{operation.beside}`.",
            "schema": {"type": "string"},
        }


def _never_null(schema: Schema) -> Schema:
    """A query string has no null: a parameter is there or it is not."""
    shapes: list[Schema] = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(shapes) != 1:
        return schema
    return shapes[0] | {key: value for key, value in schema.items() if key != "anyOf" and value is not None}


def _headers(operation: Operation) -> Iterator[Schema]:
    names = ["X-Cam-User", "X-Correlation-Id"] if operation.method != "GET" else []
    names += ["Idempotency-Key"] if operation.accepts else []
    for name in names:
        yield {"name": name, "in": "header", "description": HEADERS[name], "schema": {"type": "string"}}


def _answer(operation: Operation, schemas: Schema) -> Schema:
    shape = operation.shape
    return {"type": "null"} if shape is type(None) else _collected(TypeAdapter(shape), schemas)


def _schema(model: type[BaseModel], schemas: Schema) -> Schema:
    return _collected(TypeAdapter(model), schemas)


def _collected(shape: TypeAdapter[Any], schemas: Schema) -> Schema:
    """The schema of a shape; the ones it refers to go to ``schemas``."""
    schema = shape.json_schema(ref_template=REFERENCE)
    for name, found in schema.pop("$defs", {}).items():
        schemas[name] = _described(found)
    return _described(schema)


def _described(schema: Schema) -> Schema:
    """With the markup of docstrings turned into that of the document, all the way down."""
    return {
        key: _told(value) if key == "description" and isinstance(value, str) else _deeper(value)
        for key, value in schema.items()
    }


def _deeper(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _described(dict(value))
    return [_deeper(item) for item in value] if isinstance(value, list) else value


def _told(docstring: str) -> str:
    paragraphs = (" ".join(part.split()) for part in docstring.strip().split("\n\n"))
    return _MARKUP.sub(r"`\1`", "\n\n".join(paragraphs))


def _envelope(data: Schema) -> Schema:
    return {
        "type": "object",
        "required": ["code", "msg", "data"],
        "properties": {"code": {"const": 0}, "msg": {"const": "success"}, "data": data},
    }


def _error_schema() -> Schema:
    known = api_errors()
    told = "; ".join(f"{kind.code} {kind.__name__} (HTTP {kind.status})" for kind in known)
    return {
        "type": "object",
        "required": ["code", "msg", "data"],
        "additionalProperties": False,
        "properties": {
            "code": {"enum": [kind.code for kind in known], "description": told},
            "msg": {"type": "string", "description": "What is wrong and what to do."},
            "data": {"type": "null"},
        },
    }
