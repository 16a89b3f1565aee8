"""Requests that mean harm, or nothing at all, get an error that says what to do, and reach neither store nor cloud."""

from __future__ import annotations

import json
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from chalice.app import CORSConfig

from app import app
from chalicelib.api.headers import ON_EVERY_ANSWER, cors
from chalicelib.api.limits import MOST_BODY_BYTES, MOST_HEADER_BYTES, MOST_PARAMETERS
from tests.api.conftest import Guarded, Service

TASK_ID = "01a2076b-4400-7d34-9264-bb35c265dd95"
OPERATORS = ('{"$ne":null}', "$where", "[$ne]", ".*", "(a+)+$", "a.b", "$gt", "';return true;//")
"""What would match everything, or run, if it got into a query as more than text."""
SYNC = {"provider": "aliyun"}

task_parameters = ("type", "created_by", "error")
asset_parameters = ("q", "status", "name", "native_id", "ip")


@pytest.fixture
def stored(service: Service, account: int) -> str:
    """A task and an inventory that nothing below may find."""
    body = {"provider": "aliyun", "account_id": account, "asset_types": ["ecs"], "regions": ["cn-shenzhen"]}
    return str(service.finished("/tasks/sync-assets", body)["id"])


def test_an_operator_in_a_parameter_is_text_that_nothing_matches(service: Service, stored: str) -> None:
    for text in OPERATORS:
        for name in task_parameters:
            assert service.get(f"/tasks?{name}={quote(text)}").data["total"] == 0, (name, text)
        for name in asset_parameters:
            assert service.get(f"/assets?{name}={quote(text)}").data["total"] == 0, (name, text)
        assert service.get(f"/assets?tag.{quote(text)}={quote(text)}").data["total"] == 0
        assert service.get(f"/dead-letters?error={quote(text)}").data["total"] == 0


def test_a_parameter_with_an_operator_in_its_name_is_unknown(service: Service) -> None:
    for name, operator in product(
        [*task_parameters, "status", "start_date", "limit"], ["$ne", "$gt", "$regex", "$where"]
    ):
        answer = service.get(f"/tasks?{name}%5B{quote(operator)}%5D=")
        assert answer.status == 400
        assert operator in answer.error


def test_an_operator_in_place_of_a_value_is_refused(service: Service) -> None:
    values: list[Any] = [{"$ne": None}, {"$gt": ""}, {"$where": "1"}, ["a"], 7, True]
    for name, value in product(["type", "status", "created_by", "error", "start_date"], values):
        for path in ("/tasks/cancel", "/tasks/retry"):
            answer = service.post(path, {name: value})
            assert answer.status == 400
            assert name in answer.error


def test_an_operator_in_place_of_a_parameter_of_a_task_is_refused(service: Service) -> None:
    for name in ["provider", "account_id", "region", "type", "status", "q", "tags"]:
        assert service.post("/tasks/export-assets", {name: {"$ne": {"$gt": ""}}}).status == 400


def test_tags_named_like_operators_are_stored_and_matched_as_text(service: Service, stored: str) -> None:
    for key in ("$where", "a.b", "$ne", "$"):
        task = service.finished("/tasks/export-assets", {"format": "json", "tags": {key: "$gt"}})
        assert (task["status"], task["params"]["tags"]) == ("completed", {key: "$gt"})
        assert task["result"]["count"] == 0


@pytest.mark.parametrize(
    "part", ["%24ne", "%7B%22%24gt%22%3A%22%22%7D", "%00", "..%2F..", "1e3", "x" * 2000, "%F0%9F%92%A9"]
)
def test_ids_that_are_none_are_not_found(service: Service, part: str) -> None:
    for path in ("/tasks/{}", "/accounts/{}", "/assets/{}", "/assets/{}/changes", "/assets/{}/relations"):
        answer = service.get(path.format(part))
        assert answer.status == 404
        assert len(answer.error) < 200
    for method, path in (("DELETE", "/dead-letters/{}"), ("POST", "/tasks/{}/cancel"), ("POST", "/lanes/{}/pause")):
        assert service.call(method, path.format(part)).status == 404


def test_a_parameter_out_of_bounds_answers_400(service: Service) -> None:
    for query in [
        f"created_by={'x' * 129}",
        "error=%00",
        "created_by=a%00b",
        "limit=101",
        "limit=0",
        "limit=1e9",
        f"offset={10**30}",
        "start_date=0001-01-01",
        "end_date=9999-12-31T23:59:59.999999-12:00",
        "start_date=-5",
        "cursor=01a2076b",
        f"cursor={TASK_ID}&offset=1",
        "&".join(f"p{n}=1" for n in range(MOST_PARAMETERS + 1)),
    ]:
        assert service.get(f"/tasks?{query}").status == 400, query


def test_a_search_out_of_bounds_answers_400(service: Service) -> None:
    for query in [
        f"account_id={2**63}",
        f"account_id={10**40}",
        "tag.=1",
        "tag.a=",
        f"tag.{'k' * 129}=1",
        "tag.a%00b=1",
        "q=%00",
        "name=%00",
        f"native_id={'i' * 257}",
        "native_id=%00&q=a",
        "&".join(f"tag.{n}=1" for n in range(11)),
    ]:
        assert service.get(f"/assets?{query}").status == 400, query


def test_the_id_of_an_account_is_a_whole_number_that_the_store_can_hold(service: Service) -> None:
    values: list[Any] = [2**53, 2**63, 10**40, 0, -1, 1.5, "1", True]
    for account_id in values:
        assert service.post("/tasks/sync-assets", SYNC | {"account_id": account_id}).status == 400
        assert service.post("/tasks/export-assets", {"account_id": account_id}).status == 400


def test_a_body_that_is_rubbish_answers_400_with_a_short_message(service: Service) -> None:
    for body in [
        b"[" * 100_000,
        b'{"a":' * 20_000,
        b"\xff\xfe",
        b'{"provider": "aliyun", "provider": {"$ne": 1}}',
        b'"\\ud800"',
        b"1" * 100_000,
        b"NaN",
        b"null",
        b"",
        b'{"provider": "aliyun\\u0000"}',
    ]:
        for path in ("/tasks/sync-assets", "/tasks/cancel", "/accounts"):
            answer = service.call("POST", path, body)
            assert answer.status == 400
            assert len(answer.error) < 2000


def test_a_thousand_unknown_fields_are_not_all_repeated(service: Service) -> None:
    answer = service.post("/tasks/sync-assets", SYNC | {f"{n}{'x' * 100}": n for n in range(900)})
    assert answer.status == 400
    assert len(answer.error) < 4000
    assert "and 880 more" in answer.error


def test_a_body_that_is_too_large_is_refused_before_it_is_parsed(service: Service) -> None:
    for body in (b"{" * (MOST_BODY_BYTES + 1), b" " * MOST_BODY_BYTES + json.dumps(SYNC).encode()):
        answer = service.call("POST", "/tasks/sync-assets", body)
        assert (answer.status, answer.body["code"]) == (413, 41300)
        assert str(MOST_BODY_BYTES) in answer.error


def test_headers_that_are_too_large_are_refused(service: Service) -> None:
    answer = service.call("GET", "/health", None, **{"X-Filler": "x" * MOST_HEADER_BYTES})
    assert (answer.status, answer.body["code"]) == (431, 43100)


def test_long_and_odd_headers_are_cut_or_refused(service: Service, account: int) -> None:
    sent = service.post("/tasks/sync-assets", SYNC, **{"X-Cam-User": "a" * 500 + "\x00\x1b[31m"})
    assert service.get(f"/tasks/{sent.data['task_id']}").data["created_by"] == "a" * 128
    for key in ("k" * 129, "a\x00b", "\x7f"):
        assert service.post("/tasks/sync-assets", SYNC, **{"Idempotency-Key": key}).status == 400


def test_every_answer_tells_browsers_to_guess_and_keep_nothing(service: Service) -> None:
    for path in ("/health", "/tasks/none", "/tasks?limit=x"):
        answer = service.get(path)
        assert ON_EVERY_ANSWER.items() <= answer.headers.items()
        assert not [name for name in answer.headers if name.startswith("Access-Control")]
    wrong = service.call("POST", "/tasks/cancel", b"x", **{"Content-Type": "text/plain"})
    assert wrong.status == 415
    assert ON_EVERY_ANSWER.items() <= wrong.headers.items()


def test_a_refusal_of_the_gateway_has_the_headers_of_every_answer(
    guarded: Guarded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of another origin, too, when one is set: a page must see that it has to ask for a key."""
    unknown = {"Authorization": f"Bearer cam_0123456789abcdef_{'A' * 43}"}
    for headers in ({}, unknown):
        refused = guarded.service.call("GET", "/tasks", **headers)
        assert refused.status == 401
        assert ON_EVERY_ANSWER.items() <= refused.headers.items()
        assert not [name for name in refused.headers if name.startswith("Access-Control")]
    monkeypatch.setenv("CAM_CORS_ORIGIN", "https://console.example.com")
    opened = guarded.service.get("/tasks")
    assert opened.headers["Access-Control-Allow-Origin"] == "https://console.example.com"


def test_the_page_allows_its_own_style_sheet_and_nothing_else(service: Service) -> None:
    answer = service.client.http.get("/docs")
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert {"default-src 'none'", "frame-ancestors 'none'"} <= set(policy.split("; "))
    assert "<script" not in answer.body.decode()
    assert " style=" not in answer.body.decode()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_no_other_origin_is_let_in_unless_one_is_set() -> None:
    assert app.api.cors is False
    assert isinstance(cors("https://console.example.com"), CORSConfig)
