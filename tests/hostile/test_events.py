"""Rubbish in the events that start functions: none of it is taken for a task, and no good message is lost beside it."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.events import consumers, schedules
from chalicelib.executors import params_of
from chalicelib.tasks.model import Lane
from chalicelib.tasks.queue import Message
from chalicelib.tasks.submission import submission_model
from tests.api.conftest import Service

json_rubbish: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
bodies = (
    st.text()
    | json_rubbish.map(json.dumps)
    | st.fixed_dictionaries({"v": json_rubbish, "task_id": json_rubbish, "lane": json_rubbish}).map(json.dumps)
    | st.uuids().map(lambda unknown: Message(str(unknown), Lane.LOW, "g").body)
    | st.sampled_from(["[" * 100_000, "1" * 100_000, '{"task_id": {"$ne": null}}', '{"task_id": "\\ud800"}'])
    | st.none()
    | st.integers()
)
details = json_rubbish | st.fixed_dictionaries(
    {},
    optional={
        "provider": st.sampled_from(["aliyun", "aws", "nothing"]) | json_rubbish,
        "account_id": st.sampled_from([123, 124, "123", 123.0, 2**70]) | json_rubbish,
        "asset_types": st.lists(st.sampled_from(["ecs", "vpc", "$where"]), max_size=3) | json_rubbish,
        "regions": st.lists(st.sampled_from(["cn-shenzhen", "../.."]), max_size=3) | json_rubbish,
        "priority": st.integers(-5, 15) | json_rubbish,
        "dry_run": st.booleans() | st.sampled_from(["yes", 1, None]),
        "$where": json_rubbish,
    },
)

on_the_service = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


odd_records = json_rubbish | st.fixed_dictionaries(
    {},
    optional={
        "messageId": json_rubbish,
        "body": bodies,
        "attributes": json_rubbish,
        "messageAttributes": json_rubbish,
        "eventSource": json_rubbish,
    },
)


def record(body: Any) -> dict[str, Any]:
    made = {"messageId": str(uuid4()), "receiptHandle": "r", "attributes": {}, "messageAttributes": {}}
    return made if body is None else made | {"body": body}


@given(batch=st.lists(bodies, max_size=9), place=st.integers(0, 9), copies=st.integers(1, 2))
@on_the_service
def test_rubbish_beside_a_good_message_does_not_lose_it(
    service: Service, batch: list[Any], place: int, copies: int
) -> None:
    task_id = service.post("/tasks/export-assets", {"format": "json", "priority": 5}).data["task_id"]
    good = [record(Message(task_id, Lane.NORMAL, "g").body) for _ in range(copies)]
    records = [record(body) for body in batch]
    records[place:place] = good
    answer = consumers.consume_normal({"Records": records}, None)
    assert answer == {"batchItemFailures": []}
    assert service.get(f"/tasks/{task_id}").data["status"] == "completed"


@given(batch=st.lists(bodies, max_size=9))
@on_the_service
def test_rubbish_among_dead_letters_does_not_keep_a_good_one_from_being_seen(
    service: Service, batch: list[Any]
) -> None:
    task_id = service.post("/tasks/export-assets", {"format": "json"}).data["task_id"]
    records = [record(body) for body in [*batch, Message(task_id, Lane.NORMAL, "g").body]]
    assert consumers.bury({"Records": records}, None) == {"batchItemFailures": []}
    stored = service.container.database["tasks"].find_one({"_id": task_id})
    assert stored is not None
    assert stored["given_up"] == 1


@given(detail=details)
@on_the_service
@pytest.mark.usefixtures("account")
def test_an_event_is_a_task_exactly_when_the_api_would_take_its_detail(service: Service, detail: Any) -> None:
    event = {
        "version": "0",
        "account": "1",
        "region": "r",
        "detail": detail,
        "detail-type": "SyncRequested",
        "source": "cam",
        "time": "2026-11-23T08:00:00Z",
        "id": str(uuid4()),
        "resources": [],
    }
    first, again = schedules.sync_requested(event, None), schedules.sync_requested(event, None)
    assert first == again
    if "refused" in first:
        asked = service.post("/tasks/sync-assets", detail)
        assert asked.status in (400, 413)
    else:
        submission_model(params_of("sync_assets")).model_validate_json(json.dumps(detail), strict=True)
        assert service.get(f"/tasks/{first['task_id']}").data["params"]["provider"] == "aliyun"


@given(batch=st.lists(odd_records, max_size=9), place=st.integers(0, 9), named=st.booleans())
@on_the_service
def test_records_that_are_none_keep_back_no_message_beside_them(
    service: Service, batch: list[Any], place: int, *, named: bool
) -> None:
    """Nor is the message lost that has no id itself."""
    ids = [service.post("/tasks/export-assets", {"format": "json"}).data["task_id"] for _ in range(2)]
    good, last = (record(Message(task_id, Lane.NORMAL, "g").body) for task_id in ids)
    if not named:
        del good["messageId"]
    batch[place:place] = [good]
    assert consumers.consume_normal({"Records": batch}, None) == {"batchItemFailures": []}
    assert service.get(f"/tasks/{ids[0]}").data["status"] == "completed"
    assert consumers.bury({"Records": [*batch, last]}, None) == {"batchItemFailures": []}
    stored = service.container.database["tasks"].find_one({"_id": ids[1]})
    assert stored is not None
    assert stored["given_up"] == 1


@pytest.mark.parametrize("event", [{}, {"Records": None}, {"Records": {}}, {"Records": "x"}, {"Records": []}])
def test_an_event_without_records_is_of_no_message(service: Service, event: dict[str, Any]) -> None:
    assert consumers.consume_high(event, None) == consumers.bury(event, None) == {"batchItemFailures": []}


ENVELOPE = ("version", "account", "region", "detail-type", "source", "time", "id", "resources")


@given(
    fields=st.fixed_dictionaries({}, optional=dict.fromkeys(ENVELOPE, json_rubbish)),
    more=st.dictionaries(st.text(), json_rubbish, max_size=3),
    detail=st.just({"provider": "aliyun"}) | details,
)
@on_the_service
@pytest.mark.usefixtures("account")
def test_an_envelope_of_rubbish_makes_a_task_only_of_a_good_detail_and_once(
    service: Service, fields: dict[str, Any], more: dict[str, Any], detail: Any
) -> None:
    event = {**more, **dict.fromkeys(ENVELOPE, "x"), "id": str(uuid4()), **fields, "detail": detail}
    first, again = schedules.sync_requested(event, None), schedules.sync_requested(event, None)
    assert first == again
    if "task_id" in first:
        submission_model(params_of("sync_assets")).model_validate_json(json.dumps(detail), strict=True)
        assert service.get(f"/tasks/{first['task_id']}").data["created_by"] == "event"


@pytest.mark.parametrize("event_id", [None, 7, "", "a b", "\ud800", "a" * 129, ["a"], {"$ne": None}])
@pytest.mark.usefixtures("account")
def test_an_event_that_cannot_be_told_from_others_is_refused(service: Service, event_id: Any) -> None:
    event = {**dict.fromkeys(ENVELOPE, "x"), "id": event_id, "detail": {"provider": "aliyun"}}
    assert "has no id" in schedules.sync_requested(event, None)["refused"]
    assert service.get("/tasks").data["total"] == 0
