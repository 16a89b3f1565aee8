"""Every route with every role and with none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from app import app
from chalicelib.access.roles import Role
from chalicelib.api.authorizer import authorize
from chalicelib.api.catalogue import CATALOGUE, PREFIX
from chalicelib.api.documentation import OPERATIONS
from chalicelib.api.openapi import document
from chalicelib.api.permissions import OF_THE_SERVICE, OPEN, ROLES, required_role
from chalicelib.api.routes import Operation, Routes
from tests.api.conftest import NOBODY, Guarded, Reply, aliyun_account

ALL = [operation for blueprint in CATALOGUE for operation in blueprint.operations]
CALLERS: tuple[Role | None, ...] = (None, *Role)

# By hand, from the rules of the service: a viewer reads, an operator moves tasks, an admin does the rest, which has all
# that makes something be gone.
READS = {operation.name for operation in ALL if operation.method == "GET"}
OF_ADMINS = {
    *("create_account", "change_account", "delete_account", "test_account"),
    *("create_key", "list_keys", "revoke_key", "list_audit"),
    *("redrive", "drop", "delete_task", "pause", "resume"),
}


PAGES: dict[str, Role | None] = {"/metrics": Role.VIEWER, "/openapi.json": None, "/docs": None, "/console": None}
"""What is served beside the API, by path: no operations, and mostly no JSON."""


def expected(operation: Operation) -> Role | None:
    if operation.name == "health":
        return None
    if operation.name in OF_ADMINS:
        return Role.ADMIN
    return Role.VIEWER if operation.name in READS else Role.OPERATOR


def test_each_operation_takes_the_role_that_the_rules_say() -> None:
    assert {operation.name: operation.role for operation in ALL} == {
        operation.name: expected(operation) for operation in ALL
    }


def test_the_table_has_every_operation_and_no_other() -> None:
    served = {operation.name for operation in ALL}
    named = {name for name in served if not name.startswith("submit_") or name in ROLES}
    assert ROLES.keys() | OPEN == named | {"submit_*"}
    assert served >= OF_THE_SERVICE
    with pytest.raises(LookupError, match="which role the operation launch takes"):
        required_role("launch")
    with pytest.raises(LookupError, match="which role the operation launch takes"):

        @Routes("test").operation("GET", "/launch")
        def launch() -> None:
            """Has no role yet."""


def test_the_gateway_asks_the_authorizer_on_every_route_that_is_not_open() -> None:
    unguarded = {
        (method, path)
        for path, methods in app.routes.items()
        for method, it in methods.items()
        if it.authorizer is None
    }
    pages = {("GET", path) for path in app.routes if path.startswith("/console")}
    assert unguarded == pages | {("GET", f"{PREFIX}/health"), ("GET", "/openapi.json"), ("GET", "/docs")}
    guards = {it.authorizer for methods in app.routes.values() for it in methods.values()} - {None}
    assert guards == {authorize}


def test_the_document_shows_each_routes_role_in_words_and_for_programs() -> None:
    shown = document(ALL, prefix=PREFIX, version="0")
    schemes = shown["components"]["securitySchemes"]
    for operation in (one for one in ALL if one.documented):
        told = shown["paths"][operation.path][operation.method.lower()]
        if operation.role is None:
            assert (told["security"], "x-required-role" in told) == ([], False)
        else:
            assert told["x-required-role"] == operation.role.value
            assert told["security"] == [{name: []} for name in schemes]
            assert f"`{operation.role}`" in told["description"]


@dataclass(frozen=True)
class Matrix:
    """What each operation answers to each caller, and with which status each page."""

    operations: dict[str, dict[Role | None, Reply]]
    pages: dict[str, dict[Role | None, int]]


@pytest.fixture
def matrix(guarded: Guarded) -> Iterator[Matrix]:
    """Printed when pytest is run with -s."""
    parties = {role: guarded.party(role) for role in Role}
    service = guarded.service
    answers: dict[str, dict[Role | None, Reply]] = {}
    for operation in ALL:
        path = re.sub(r"{\w+}", "0", operation.path)
        body: Any = OPERATIONS[operation.name].body if operation.documented else {}
        answers[operation.name] = {
            role: (parties[role] if role else service).call(operation.method, path, body) for role in CALLERS
        }
    keys = {role: {"Authorization": f"Bearer {parties[role].key}"} if role else {} for role in CALLERS}
    pages = {
        path: {role: service.client.http.get(path, headers=keys[role]).status_code for role in CALLERS}
        for path in PAGES
    }
    yield Matrix(answers, pages)
    lines = [f"{'':<8}{'route':<36}{'takes':<10}{'none':<8}{'viewer':<8}{'operator':<10}admin"]
    rows = [
        *((one.method, one.path, one.role, [answers[one.name][role].status for role in CALLERS]) for one in ALL),
        *(("GET", path, role, list(pages[path].values())) for path, role in PAGES.items()),
    ]
    for method, path, takes, statuses in rows:
        widths = zip(statuses, (8, 8, 10, 0), strict=True)
        shown = "".join(str(status).ljust(width) for status, width in widths)
        lines.append(f"{method:<8}{path:<36}{takes or 'open':<10}{shown}")
    print("", *lines, sep="\n")  # noqa: T201


def test_every_route_lets_in_the_roles_that_it_takes_and_no_others(matrix: Matrix) -> None:
    assert len(matrix.operations) == len(ALL)
    assert app.routes.keys() == {PREFIX + operation.path for operation in ALL} | {
        path for path in app.routes if path in PAGES or path.startswith("/console/")
    }
    assert matrix.pages == {
        path: {role: 401 if takes and role is None else 200 for role in CALLERS} for path, takes in PAGES.items()
    }
    for operation in ALL:
        takes = expected(operation)
        for role, reply in matrix.operations[operation.name].items():
            context = f"{operation.name} as {role}: {reply.body}"
            if takes is not None and role is None:
                assert (reply.status, reply.body["code"]) == (401, 40100), context
            elif takes is not None and role is not None and not role.includes(takes):
                assert (reply.status, reply.body["code"]) == (403, 40300), context
                assert f"takes the role {takes}" in reply.error
            else:
                assert reply.status not in (401, 403), context
                assert reply.status < 500, context


def test_an_operator_may_retry_a_dead_letter_and_cannot_have_it_gone(guarded: Guarded) -> None:
    admin, operator = guarded.party(Role.ADMIN), guarded.party(Role.OPERATOR)
    asked = {"provider": "aliyun", "account_id": admin.post("/accounts", aliyun_account(NOBODY)).data["id"]}
    failed = admin.finished(
        "/tasks/sync-assets", asked | {"regions": ["cn-shenzhen"], "asset_types": ["ecs"], "max_retry": 0}
    )
    assert failed["status"] == "failed"
    for path in (f"/tasks/{failed['id']}", f"/tasks/{failed['id']}?force=true", f"/dead-letters/{failed['id']}"):
        refused = operator.call("DELETE", path)
        assert (refused.status, "takes the role admin" in refused.error) == (403, True)
    assert operator.post("/dead-letters/redrive", {}).status == 403
    assert [it["id"] for it in operator.get("/dead-letters").data["dead_letters"]] == [failed["id"]]
    assert operator.post("/tasks/retry", {"status": "failed"}).data["retried"] == 1
    assert operator.get(f"/tasks/{failed['id']}").data["status"] == "pending"
    assert admin.call("DELETE", f"/tasks/{failed['id']}").status == 200
