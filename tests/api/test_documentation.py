"""The OpenAPI document, its page and the table of errors: made of what checks the requests, and true."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import TypeAdapter

from app import app
from chalicelib import __version__
from chalicelib.api.catalogue import CATALOGUE, PREFIX
from chalicelib.api.documentation import OPERATIONS
from chalicelib.api.links import SOURCES
from chalicelib.api.routes import Operation
from tests.api.conftest import Service

ROOT = Path(__file__).parents[2]
ALL = [operation for blueprint in CATALOGUE for operation in blueprint.operations if operation.documented]

every_operation = pytest.mark.parametrize("operation", ALL, ids=[operation.name for operation in ALL])


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    view = app.routes["/openapi.json"]["GET"].view_function
    found: dict[str, Any] = json.loads(view().body)
    return found


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"] == "3.1.0"


def test_every_route_of_the_api_is_in_the_document_and_nothing_else(document: dict[str, Any]) -> None:
    served = {
        (path.removeprefix(PREFIX), method.lower())
        for path, methods in app.routes.items()
        for method in methods
        if path.startswith(PREFIX)
    } - {("/tasks/{task_id}", "post")}
    assert {(path, method) for path, methods in document["paths"].items() for method in methods} == served
    assert OPERATIONS.keys() == {operation.name for operation in ALL}


@every_operation
def test_examples_pass_the_checks_that_requests_pass(operation: Operation) -> None:
    told = OPERATIONS[operation.name]
    taken = operation.accepts() if operation.accepts else operation.body
    assert (told.body is None) == (taken is None)
    if taken is not None:
        taken.model_validate_json(json.dumps(told.body))
    shape = operation.shape
    if shape is type(None):
        assert told.answer is None
    else:
        assert TypeAdapter(shape).validate_python(told.answer, strict=True, extra="forbid") == told.answer


def test_answers_are_of_the_shape_they_are_said_to_be(service: Service, account: int) -> None:
    sync = {"provider": "aliyun", "account_id": account, "asset_types": ["ecs"], "regions": ["cn-shenzhen"]}
    task = service.finished("/tasks/sync-assets", sync)
    asset = service.get("/assets?limit=1").data["assets"][0]
    paths = {
        "list_tasks": "/tasks",
        "get_task": f"/tasks/{task['id']}",
        "list_accounts": "/accounts",
        "get_account": f"/accounts/{account}",
        "list_assets": "/assets?limit=2",
        "get_asset": f"/assets/{asset['id']}",
        "list_changes_of": f"/assets/{asset['id']}/changes",
        "list_relations": f"/assets/{asset['id']}/relations",
        "list_changes": "/changes?since=2020-01-01",
        "summarise": "/assets/summary",
        "list_scopes": "/scopes",
        "list_providers": "/providers",
        "get_stats": "/stats?minutes=5",
        "list_lanes": "/lanes",
        "list_dead_letters": "/dead-letters",
        "health": "/health",
        "ready": "/ready",
    }
    shapes = {operation.name: operation.shape for operation in ALL}
    for name, path in paths.items():
        shape = TypeAdapter(shapes[name])
        data = service.get(path).data
        assert shape.validate_python(data, strict=True, extra="forbid") == data, name


def test_the_page_shows_every_operation_and_needs_no_other_host(document: dict[str, Any]) -> None:
    answer = app.routes["/docs"]["GET"].view_function()
    for operation in ALL:
        assert f'id="{operation.name}"' in answer.body
    assert not re.findall(r"(?:src|href)=.(?:https?:)?//", answer.body)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_the_version_is_that_of_the_project() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == __version__


@every_operation
def test_examples_are_valid_against_the_schemas_of_the_document(operation: Operation, document: dict[str, Any]) -> None:
    described = document["paths"][operation.path][operation.method.lower()]
    bodies = [described["requestBody"]] if "requestBody" in described else []
    for part in [*bodies, described["responses"][str(operation.status)]]:
        content = part["content"]["application/json"]
        schema = content["schema"] | {"components": document["components"]}
        Draft202012Validator(schema).validate(content["example"])


@every_operation
def test_every_answer_that_an_operation_may_give_is_listed_by_its_status(
    operation: Operation, document: dict[str, Any]
) -> None:
    responses = document["paths"][operation.path][operation.method.lower()]["responses"]
    assert {str(operation.status), "400", "500", "503"} <= responses.keys()
    assert "default" not in responses
    assert ("404" in responses) == ("{" in operation.path)


def test_what_submits_creates_or_lists_links_to_what_acts_on_it(document: dict[str, Any]) -> None:
    submitted = document["paths"]["/tasks/sync-assets"]["post"]["responses"]["202"]["links"]
    assert {"get_task", "cancel_task", "retry_task", "delete_task", "list_children"} <= submitted.keys()
    assert SOURCES.keys() <= {operation.name for operation in ALL}
    for source, (part, _) in SOURCES.items():
        operation = next(operation for operation in ALL if operation.name == source)
        links = document["paths"][operation.path][operation.method.lower()]["responses"][str(operation.status)]["links"]
        assert links
        assert all(link["parameters"].keys() == {part} for link in links.values())
