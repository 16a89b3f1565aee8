"""The route that submits many tasks at once."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.executors import task_types
from infra.local.clouds.aliyun import FakeAliyun
from tests.api.conftest import REGIONS, Service

EXPORT = {"type": "export_assets", "body": {"format": "json", "type": "ecs"}}


def sync(region: str, **more: Any) -> dict[str, Any]:
    return {"type": "sync_assets", "body": {"provider": "aliyun", "asset_types": ["ecs"], "regions": [region]} | more}


def test_a_batch_answers_what_became_of_each_task_in_order(service: Service, account: int, fake: FakeAliyun) -> None:
    reply = service.post(
        "/tasks/batch", {"tasks": [sync(REGIONS[0]), sync(REGIONS[1], priority=10), sync(REGIONS[0]), EXPORT]}
    )
    assert (reply.status, reply.data["refused"]) == (202, 1)
    first, bad, twin, export = reply.data["tasks"]
    assert first == {"task_id": first["task_id"], "deduplicated": False, "code": 0, "error": ""}
    assert (bad["task_id"], bad["code"], "priority" in bad["error"]) == (None, 40000, True)
    assert (twin["task_id"], twin["deduplicated"]) == (first["task_id"], True)
    service.work()
    task = service.get(f"/tasks/{first['task_id']}").data
    assert (task["status"], task["params"]["regions"]) == ("completed", [REGIONS[0]])
    assert service.get(f"/tasks/{export['task_id']}").data["params"]["type"] == "ecs"


def test_values_of_the_wrong_json_type_are_refused_as_they_are_alone(service: Service, account: int) -> None:
    (one,) = service.post("/tasks/batch", {"tasks": [sync(REGIONS[0], account_id=str(account))]}).data["tasks"]
    alone = service.post("/tasks/sync-assets", sync(REGIONS[0], account_id=str(account))["body"])
    assert (one["code"], one["error"]) == (alone.body["code"], alone.error)


def test_a_repeated_batch_answers_the_same_tasks(service: Service, account: int) -> None:
    body = {"tasks": [sync(REGIONS[0]), sync(REGIONS[1])]}
    first = service.post("/tasks/batch", body, **{"Idempotency-Key": "nightly"}).data
    assert service.post("/tasks/batch", body, **{"Idempotency-Key": "nightly"}).data == first
    assert service.get("/tasks").data["total"] == 2


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "tasks: Field required"),
        ({"tasks": []}, "tasks"),
        ({"tasks": [{"type": "sync_assets"}] * 1001}, "at most 1000"),
        ({"tasks": [{"body": {}}]}, "tasks.0.type"),
        ({"tasks": [{"type": "sync_assets", "provider": "aliyun"}]}, "tasks.0.provider"),
        ({"tasks": ["sync_assets"]}, "tasks.0"),
    ],
)
def test_what_is_no_batch_is_refused_whole(service: Service, body: Any, told: str) -> None:
    reply = service.post("/tasks/batch", body)
    assert (reply.status, told in reply.error) == (400, True), reply.error
    assert service.get("/tasks").data["total"] == 0


def test_the_batch_is_no_task_type_for_those_who_read_them_off_the_document(service: Service) -> None:
    """The command line and the console make a form of each operation whose name begins so."""
    paths = service.client.http.get("/openapi.json").json_body["paths"]
    names = {methods["post"]["operationId"] for methods in paths.values() if "post" in methods}
    assert {name for name in names if name.startswith("submit_")} == {f"submit_{name}" for name in task_types()}
