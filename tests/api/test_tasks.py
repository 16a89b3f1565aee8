"""The routes of tasks, to the letter."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.tasks.model import Lane
from infra.local.clouds.aliyun import FakeAliyun
from tests.api.conftest import API, INSTANCES, REGIONS, Service

SYNC = {"provider": "aliyun", "asset_types": ["ecs"]}
TASK_FIELDS = {
    *("id", "type", "status", "params", "result", "error", "progress", "message"),
    *("created_by", "created_at", "started_at", "completed_at", "duration"),
}


def test_a_submitted_sync_answers_202_with_its_id_at_once(service: Service, account: int) -> None:
    body = {"provider": "aliyun", "asset_types": ["ecs"], "regions": ["cn-shenzhen"], "account_id": account}
    reply = service.post("/tasks/sync-assets", body)
    assert reply.status == 202
    assert reply.data == {"task_id": reply.data["task_id"], "message": "任务已提交，正在执行中"}

    task = service.get(f"/tasks/{reply.data['task_id']}").data
    assert task.keys() >= TASK_FIELDS
    assert (task["status"], task["result"], task["error"], task["progress"]) == ("pending", None, "", 0)
    assert (task["started_at"], task["completed_at"], task["duration"]) == (None, None, None)
    assert task["params"] == body | {"confirm_deletions": False, "dry_run": False}
    assert task["created_at"].endswith("Z")


def test_a_sync_runs_to_true_counts_and_a_second_one_finds_everything_unchanged(service: Service, account: int) -> None:
    first = service.finished("/tasks/sync-assets", SYNC)
    assert (first["status"], first["progress"], first["error"]) == ("completed", 100, "")
    result = first["result"]
    assert (result["total_count"], result["added_count"], result["error_count"]) == (INSTANCES, INSTANCES, 0)
    assert {detail["region"] for detail in result["details"]} == set(REGIONS)
    assert sum(detail["total_count"] for detail in result["details"]) == INSTANCES
    assert first["duration"] > 0

    second = service.finished("/tasks/sync-assets", SYNC)["result"]
    assert (second["total_count"], second["unchanged_count"], second["added_count"]) == (INSTANCES, INSTANCES, 0)
    assert service.get("/assets?type=ecs").data["total"] == INSTANCES


def test_one_region_that_fails_is_reported_and_fails_and_deletes_nothing_else(
    service: Service, account: int, fake: FakeAliyun
) -> None:
    service.finished("/tasks/sync-assets", SYNC)
    deny(fake, REGIONS[1])
    for _ in range(3):
        task = service.finished("/tasks/sync-assets", SYNC)
    result = task["result"]
    assert (task["status"], result["error_count"], result["deleted_count"]) == ("completed", 1, 0)
    (error,) = result["errors"]
    assert (error["account_id"], error["region"], error["asset_type"]) == (account, REGIONS[1], "ecs")
    assert "Forbidden" in error["error"]
    assert result["unchanged_count"] == result["total_count"] > 0
    assert service.get("/assets?type=ecs").data["total"] == INSTANCES


def test_a_sync_in_which_every_region_fails_has_failed(service: Service, account: int, fake: FakeAliyun) -> None:
    for region in REGIONS:
        deny(fake, region)
    task = service.finished("/tasks/sync-assets", SYNC)
    assert (task["status"], task["result"]) == ("failed", None)
    assert "nothing could be listed" in task["error"]
    assert "Forbidden" in task["error"]


@pytest.mark.parametrize("path", ["/tasks/sync-assets", "/tasks/discover-assets"])
def test_one_cause_in_every_region_is_told_once_with_one_request_of_it(
    service: Service, account: int, fake: FakeAliyun, path: str
) -> None:
    for region in REGIONS:
        deny(fake, region)
    error = service.finished(path, SYNC)["error"]
    assert (error.count("Forbidden"), error.count("(HTTP 403, request ")) == (1, 1)


def deny(fake: FakeAliyun, region: str) -> None:
    fake.faults.order("denied", action="DescribeInstances", region=region)


def test_discovering_counts_and_shows_a_sample_and_stores_nothing(service: Service, account: int) -> None:
    body = {"provider": "aliyun", "region": "cn-shenzhen", "asset_types": ["ecs", "vpc"], "account_id": account}
    task = service.finished("/tasks/discover-assets", body)
    assert task["status"] == "completed"
    ecs, vpc = task["result"]["details"]
    assert ecs["count"] + vpc["count"] == task["result"]["total_count"]
    assert ecs["count"] > len(ecs["sample"]) == 5
    assert service.get("/assets").data["total"] == 0


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"", "JSON"),
        (b"not json", "JSON"),
        (b"[]", "object"),
        (b'"text"', "object"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 100_000, "JSON"),
        ({}, "provider"),
        ({"provider": "gcp"}, "use one of aliyun, aws"),
        ({"provider": {"$gt": ""}}, "provider"),
        ({**SYNC, "account_id": {"$gt": 0}}, "account_id"),
        ({**SYNC, "account_id": "123"}, "account_id"),
        ({**SYNC, "account_id": 99}, "no account 99"),
        ({**SYNC, "asset_types": ["teapot"]}, "teapot"),
        ({**SYNC, "asset_types": "ecs"}, "asset_types"),
        ({**SYNC, "regions": ["$where"]}, "regions.0"),
        ({**SYNC, "regions": ["cn-shenzhen"] * 101}, "regions"),
        ({**SYNC, "region": "cn-shenzhen", "force": 1}, "force: Extra inputs"),
    ],
)
def test_a_bad_body_answers_400_naming_what_is_wrong(service: Service, account: int, body: Any, named: str) -> None:
    reply = service.post("/tasks/sync-assets", body)
    assert reply.status == 400
    assert named in reply.error
    assert service.get("/tasks").data["total"] == 0


def test_a_sync_without_an_account_to_sync_is_refused_with_what_to_do(service: Service) -> None:
    reply = service.post("/tasks/sync-assets", SYNC)
    assert (reply.status, reply.error) == (400, "there is no active aliyun account: add one with POST /accounts")


def test_unknown_types_tasks_and_methods_have_their_statuses(service: Service) -> None:
    unknown = service.post("/tasks/make-coffee", {})
    assert (unknown.status, "use one of sync-assets, discover-assets" in unknown.error) == (404, True)
    for task_id in ("0190a000-0000-7000-8000-000000000000", "nonsense", "%7B%22%24gt%22%7D"):
        assert service.get(f"/tasks/{task_id}").status == 404
        assert service.post(f"/tasks/{task_id}/cancel").status == 404
        assert service.call("DELETE", f"/tasks/{task_id}").status == 404
    wrong = service.call("PATCH", "/tasks")
    assert (wrong.status, wrong.body["code"]) == (405, 40500)


def test_a_body_of_another_content_type_is_refused_in_the_envelope(service: Service) -> None:
    reply = service.client.http.post(f"{API}/tasks/sync-assets", headers={"Content-Type": "text/xml"}, body=b"<a/>")
    assert reply.status_code == 415
    assert reply.json_body["data"] is None
    assert "application/json" in reply.json_body["msg"]


def test_lists_filter_by_everything_and_page_by_offset_and_cursor(service: Service, account: int) -> None:
    ids = [
        service.post("/tasks/sync-assets", SYNC | {"regions": [f"cn-{number}"]}, **{"X-Cam-User": "ann"}).data[
            "task_id"
        ]
        for number in range(3)
    ]
    ids.append(service.post("/tasks/discover-assets", SYNC).data["task_id"])
    service.post(f"/tasks/{ids[0]}/cancel")

    def listed(query: str) -> list[str]:
        return [task["id"] for task in service.get(f"/tasks?{query}").data["tasks"]]

    assert listed("") == ids[::-1]
    assert listed("type=sync_assets") == ids[2::-1]
    assert listed("status=cancelled") == ids[:1]
    assert listed("created_by=ann&limit=2&offset=1") == [ids[1], ids[0]]
    assert listed("start_date=2020-01-01T00:00:00Z&end_date=2020-02-01") == []
    assert len(listed("start_date=2020-01-01")) == 4
    page = service.get("/tasks?limit=3").data
    assert page["total"] == 4
    assert listed(f"cursor={page['next_cursor']}") == ids[:1]


@pytest.mark.parametrize(
    "query",
    [
        *("limit=0", "limit=101", "limit=x", "offset=-1", "status=done", "start_date=soon", "color=red"),
        *("type=a&type=b", "cursor=zzz", "status[$ne]=failed"),
    ],
)
def test_a_bad_query_answers_400_naming_the_parameter(service: Service, query: str) -> None:
    reply = service.get(f"/tasks?{query}")
    assert reply.status == 400
    assert query.partition("=")[0] in reply.error


def test_cancelling_answers_null_and_a_finished_task_409(service: Service, account: int) -> None:
    task_id = service.post("/tasks/sync-assets", SYNC).data["task_id"]
    reply = service.post(f"/tasks/{task_id}/cancel")
    assert (reply.status, reply.data) == (200, None)
    assert service.get(f"/tasks/{task_id}").data["status"] == "cancelled"
    again = service.post(f"/tasks/{task_id}/cancel")
    assert (again.status, again.error) == (409, "the task is already cancelled")


def test_deleting_answers_null_and_the_task_is_gone(service: Service, account: int) -> None:
    task_id = service.post("/tasks/sync-assets", SYNC).data["task_id"]
    reply = service.call("DELETE", f"/tasks/{task_id}")
    assert (reply.status, reply.data) == (200, None)
    assert service.get(f"/tasks/{task_id}").status == 404
    service.work()
    assert service.get("/assets").data["total"] == 0


def test_a_message_that_is_not_ours_is_dropped_and_holds_nothing_up(service: Service, account: int) -> None:
    for body in ("rubbish", "[]", '{"task_id": {"$gt": ""}}', "{}"):
        service.sqs.send_message(QueueUrl=service.urls[Lane.NORMAL], MessageBody=body)
    assert service.finished("/tasks/sync-assets", SYNC)["status"] == "completed"
    left = service.sqs.get_queue_attributes(QueueUrl=service.urls[Lane.NORMAL], AttributeNames=["All"])["Attributes"]
    assert (left["ApproximateNumberOfMessages"], left["ApproximateNumberOfMessagesNotVisible"]) == ("0", "0")


def test_tasks_are_found_by_what_they_were_asked_for(service: Service, account: int) -> None:
    hangzhou = SYNC | {"account_id": 123, "regions": ["cn-hangzhou"], "asset_types": ["ecs"]}
    shenzhen = hangzhou | {"regions": ["cn-shenzhen", "cn-beijing"], "asset_types": ["disk", "ecs"]}
    everything = {"provider": "aliyun"}
    export = {"provider": "aws", "region": "cn-hangzhou", "type": "ecs"}
    ids = {
        name: service.post(f"/tasks/{route}", body).data["task_id"]
        for name, route, body in (
            ("hangzhou", "sync-assets", hangzhou),
            ("shenzhen", "sync-assets", shenzhen),
            ("everything", "sync-assets", everything),
            ("export", "export-assets", export),
        )
    }

    def found(query: str) -> set[str]:
        listed = service.get(f"/tasks?{query}").data["tasks"]
        return {name for name, task_id in ids.items() if task_id in {task["id"] for task in listed}}

    assert found("provider=aliyun") == {"hangzhou", "shenzhen", "everything"}
    assert found("account_id=123") == {"hangzhou", "shenzhen"}
    assert found("region=cn-hangzhou") == {"hangzhou", "export"}
    assert found("region=cn-hangzhou&provider=aliyun") == {"hangzhou"}
    assert found("asset_type=disk") == {"shenzhen"}
    assert found("asset_type=ecs&status=pending&type=sync_assets") == {"hangzhou", "shenzhen"}
    assert found("region=nowhere") == set()
    look = service.post("/tasks/cancel", {"account_id": 123, "region": "cn-beijing", "dry_run": True}).data
    assert look["matched"] == 1


def test_children_are_found_by_their_own_scope(service: Service, account: int) -> None:
    parent = service.finished("/tasks/sync-assets", SYNC)
    assert parent["status"] == "completed"
    listed = service.get("/tasks?include_children=true&region=cn-shenzhen&account_id=123").data["tasks"]
    assert [task["parent_id"] for task in listed] == [parent["id"]]
