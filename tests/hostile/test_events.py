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
