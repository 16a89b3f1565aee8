"""Conditional reads: what has not changed is not sent again, of any route."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api.conftest import API, Service

READS = [f"{API}/tasks", f"{API}/accounts", f"{API}/lanes", f"{API}/health", "/openapi.json", "/docs", "/console"]


def fetch(service: Service, path: str, **headers: str) -> Any:
    return service.client.http.get(path, headers=headers)


@pytest.mark.parametrize("path", READS)
def test_what_has_not_changed_is_not_sent_again(service: Service, path: str) -> None:
    first = fetch(service, path)
    again = fetch(service, path, **{"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert again.body == b""
    assert again.headers["ETag"] == first.headers["ETag"]


def test_a_change_makes_another_tag_and_is_sent(service: Service, account: int) -> None:
    before = fetch(service, f"{API}/tasks").headers["ETag"]
    service.post("/tasks/sync-assets", {"provider": "aliyun"})
    after = fetch(service, f"{API}/tasks", **{"If-None-Match": before})
    assert after.status_code == 200
    assert after.headers["ETag"] != before
    assert json.loads(after.body)["data"]["total"] == 1


@pytest.mark.parametrize("asked", ['"other", {tag}', "*", "{strong}"])
def test_tags_are_compared_as_the_standard_says(service: Service, asked: str) -> None:
    tag = fetch(service, f"{API}/lanes").headers["ETag"]
    sent = asked.format(tag=tag, strong=tag.removeprefix("W/"))
    assert fetch(service, f"{API}/lanes", **{"If-None-Match": sent}).status_code == 304


def test_no_cache_stores_an_answer_of_the_api(service: Service) -> None:
    first = fetch(service, f"{API}/lanes")
    again = fetch(service, f"{API}/lanes", **{"If-None-Match": first.headers["ETag"]})
    assert first.headers["Cache-Control"] == again.headers["Cache-Control"] == "no-store"


def test_failures_and_changes_have_no_tag(service: Service, account: int) -> None:
    assert "ETag" not in service.get("/tasks/nothing").headers
    submitted = service.post("/tasks/sync-assets", {"provider": "aliyun"}, **{"If-None-Match": "*"})
    assert submitted.status == 202
    assert "ETag" not in submitted.headers
