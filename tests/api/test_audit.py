"""Who changed what is kept, and never in the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.access.audit import MOST_TARGETS, AuditFilter, AuditLog, Deed
from chalicelib.access.principal import Principal
from chalicelib.access.roles import Role
from chalicelib.clock import rfc3339
from infra.local.clouds.server import CloudServer
from tests.api.conftest import Guarded, Party, aliyun_account
from tests.support.clock import FakeClock
from tests.support.commands import CommandCounter

SECRET = "canary-7f3a"


def rows(admin: Party, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = admin.get(f"/audit{query}").data["rows"]
    return found


def test_a_change_leaves_a_row_with_who_what_which_when_and_from_where(guarded: Guarded) -> None:
    admin = guarded.party()
    made = admin.post("/keys", {"name": "n", "role": "viewer"}, **{"X-Correlation-Id": "c-1"}).data
    (row,) = rows(admin)
    assert row.pop("id")
    assert row == {
        "at": rfc3339(guarded.clock()),
        "subject": admin.subject,
        "role": "admin",
        "operation": "create_key",
        "targets": [made["id"]],
        "target_count": 1,
        "status": 201,
        "code": 0,
        "source_ip": "127.0.0.1",
        "correlation_id": "c-1",
    }


def test_what_was_refused_is_recorded_with_its_code_and_reading_is_not(guarded: Guarded, cloud: CloudServer) -> None:
    admin, viewer = guarded.party(), guarded.party(Role.VIEWER)
    admin.post("/accounts", aliyun_account(cloud.url))
    guarded.clock.advance(1)
    task = admin.post("/tasks/sync-assets", {"provider": "aliyun"}).data["task_id"]
    guarded.clock.advance(1)
    viewer.post(f"/tasks/{task}/cancel")
    guarded.clock.advance(1)
    admin.post("/tasks/sync-assets", {"provider": "aliyun", "color": "red"})
    guarded.clock.advance(1)
    admin.call("DELETE", "/accounts/999")
    viewer.get(f"/tasks/{task}")
    assert [(row["operation"], row["targets"], row["status"], row["code"]) for row in reversed(rows(admin))] == [
        ("create_account", ["123"], 201, 0),
        ("submit_sync_assets", [task], 202, 0),
        ("cancel_task", [task], 403, 40300),
        ("submit_sync_assets", [], 400, 40000),
        ("delete_account", ["999"], 404, 40403),
    ]
    assert rows(admin)[2]["subject"] == viewer.subject


def test_what_acts_on_many_is_a_row_with_the_ids_that_it_hit(guarded: Guarded) -> None:
    admin = guarded.party()
    batch = [{"type": "export_assets", "body": {"format": "json"}}] * 3 + [{"type": "nothing"}]
    answered = admin.post("/tasks/batch", {"tasks": batch}).data["tasks"]
    made = sorted(task["task_id"] for task in answered if task["task_id"])
    for path in ("/tasks/cancel", "/tasks/retry"):
        for body in ({"type": "export_assets", "dry_run": True}, {"type": "export_assets"}, {"type": "nothing"}):
            guarded.clock.advance(1)
            assert admin.post(path, body).status == 200
    hit = [(row["operation"], sorted(row["targets"]), row["target_count"]) for row in reversed(rows(admin))]
    assert len(made) == 3
    assert hit == [
        ("create_batch", made, 3),
        *[("cancel_many", ids, len(ids)) for ids in ([], made, [])],
        *[("retry_many", ids, len(ids)) for ids in ([], made, [])],
    ]
    assert [row["operation"] for row in rows(admin, f"?target={made[1]}")] == [
        "retry_many",
        "cancel_many",
        "create_batch",
    ]


def test_a_running_task_that_is_asked_to_stop_with_others_is_among_their_ids(guarded: Guarded) -> None:
    admin = guarded.party()
    ids = [admin.post("/tasks/export-assets", {"format": "json"}).data["task_id"] for _ in range(2)]
    container = guarded.service.container
    container.database["tasks"].update_one(
        {"_id": ids[0]}, {"$set": {"status": "running", "lease": {"owner": "w", "token": "t"}}}
    )
    guarded.clock.advance(1)
    done = admin.post("/tasks/cancel", {"type": "export_assets"}).data
    assert (done["matched"], done["cancelled"], done["asked"]) == (2, 1, 1)
    assert sorted(rows(admin)[0]["targets"]) == sorted(ids)


def test_of_more_targets_than_a_row_holds_it_tells_how_many_there_were(guarded: Guarded) -> None:
    admin = guarded.party()
    batch = [{"type": "export_assets", "body": {"format": "json"}}] * (MOST_TARGETS + 1)
    made = [task["task_id"] for task in admin.post("/tasks/batch", {"tasks": batch}).data["tasks"]]
    guarded.clock.advance(1)
    admin.post("/tasks/cancel", {"type": "export_assets"})
    assert [(len(row["targets"]), row["target_count"]) for row in rows(admin)] == [(MOST_TARGETS, MOST_TARGETS + 1)] * 2
    assert rows(admin)[1]["targets"] == made[:MOST_TARGETS]
    assert set(rows(admin)[0]["targets"]) <= set(made)


def test_rows_are_found_by_who_operation_target_and_time(guarded: Guarded) -> None:
    one, other = guarded.party(), guarded.party()
    one.post("/lanes/low/pause")
    guarded.clock.advance(60)
    then = rfc3339(guarded.clock())
    other.post("/lanes/low/resume")
    guarded.clock.advance(60)
    other.post("/lanes/high/resume")

    def found(query: str) -> list[tuple[str, str]]:
        return [(row["operation"], *row["targets"]) for row in rows(one, query)]

    assert found(f"?subject={one.subject}") == [("pause", "low")]
    assert found("?operation=resume") == [("resume", "high"), ("resume", "low")]
    assert found("?target=low") == [("resume", "low"), ("pause", "low")]
    assert found(f"?start_date={then}") == [("resume", "high"), ("resume", "low")]
    assert found(f"?end_date={then}") == [("resume", "low"), ("pause", "low")]
    assert found(f"?start_date={then}&end_date={then}&target=low&operation=resume") == [("resume", "low")]


def test_pages_follow_each_other_without_gap_or_repetition_while_rows_are_added(guarded: Guarded) -> None:
    admin = guarded.party()
    for number in range(5):
        admin.call("DELETE", f"/accounts/{number + 1}")
        guarded.clock.advance(1)
    seen, cursor = [], ""
    while True:
        page = admin.get(f"/audit?limit=2{cursor}").data
        seen += [row["targets"][0] for row in page["rows"]]
        admin.post("/lanes/low/resume")
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == ["5", "4", "3", "2", "1"]
    refused = admin.get("/audit?cursor=%7B%22%24ne%22%3A1%7D")
    assert (refused.status, "next_cursor" in refused.error) == (400, True)


@pytest.mark.parametrize(
    "which",
    [{}, {"subject": "ann"}, {"operation": "pause"}, {"target": "low"}, {"end": datetime(2026, 11, 23, tzinfo=UTC)}],
)
def test_every_filter_is_answered_by_an_index(guarded: Guarded, which: dict[str, Any]) -> None:
    rows = guarded.service.container.database["audit"]
    query = AuditFilter("default", start=datetime(2026, 11, 22, tzinfo=UTC), **which).query()
    plan = str(rows.find(query).sort("_id", -1).explain()["queryPlanner"])
    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan


def test_no_secret_is_in_a_row(guarded: Guarded, cloud: CloudServer) -> None:
    admin = guarded.party()
    secrets = {"access_key_id": f"id-{SECRET}", "access_key_secret": SECRET}
    admin.post("/accounts", aliyun_account(cloud.url, credentials=secrets))
    admin.call("PUT", "/accounts/123", {"credentials": secrets})
    admin.post("/accounts/123/test")
    key = admin.post("/keys", {"name": "n", "role": "viewer"}).data["key"]
    admin.call("DELETE", f"/keys/{key}", **{"X-Correlation-Id": key})
    stored = str(list(guarded.service.container.database["audit"].find()))
    assert stored.count("operation") == 5
    assert SECRET not in stored
    assert key.split("_", 2)[2] not in stored
    assert key[: len("cam_0123456789abcdef")] in stored


def test_a_path_that_is_no_text_is_recorded_all_the_same(guarded: Guarded) -> None:
    admin = guarded.party()
    admin.get("/whoami")
    event = {
        "httpMethod": "POST",
        "headers": {},
        "multiValueQueryStringParameters": None,
        "pathParameters": {"lane": "\ud800" + "x" * 99},
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            "resourcePath": "/api/v1/cam/lanes/{lane}/pause",
            "httpMethod": "POST",
            "identity": {"sourceIp": "203.0.113.7"},
            "requestId": "r-1",
            "authorizer": {"tenant": "default", "principalId": admin.subject, "role": "admin"},
        },
    }
    from app import app  # noqa: PLC0415

    assert app(event, None)["statusCode"] == 404
    (row,) = rows(admin)
    assert (row["targets"], row["source_ip"], row["correlation_id"]) == (["?" + "x" * 63], "203.0.113.7", "r-1")


def test_a_row_costs_one_round_trip_and_reading_none(
    guarded: Guarded, mongodb_uri: str, database: Database[dict[str, Any]]
) -> None:
    admin = guarded.party()
    admin.get("/whoami")
    counter = CommandCounter()
    container = guarded.service.container
    with MongoClient[dict[str, Any]](mongodb_uri, tz_aware=True, event_listeners=[counter]) as client:
        container.database = client[database.name]
        for part in ("audit", "task_store", "tasks", "key_store", "keys"):
            container.__dict__.pop(part, None)
        admin.get("/tasks/01a2076b-4400-7d34-9264-bb35c265dd95")
        assert [collection for _, collection in counter.sent] == ["tasks"]
        counter.sent.clear()
        admin.post("/keys", {"name": "n", "role": "viewer"})
    assert counter.sent == [("insert", "keys"), ("insert", "audit")]


def test_rows_are_kept_for_a_set_time(database: Database[dict[str, Any]]) -> None:
    clock = FakeClock()
    log = AuditLog(database["audit"], retention=timedelta(days=365), clock=clock)
    log.ensure_indexes()
    log.record(Principal("default", "ann", Role.ADMIN), Deed("pause", ("low",), 200, 0, "", ""))
    (row,) = database["audit"].find()
    assert row["expires_at"] == clock() + timedelta(days=365)
    indexes = database["audit"].index_information()
    assert indexes["retention"]["key"] == [("expires_at", 1)]
    assert indexes["retention"]["expireAfterSeconds"] == 0


def test_a_row_that_cannot_be_stored_is_logged_whole_and_changes_no_answer(
    guarded: Guarded, caplog: pytest.LogCaptureFixture
) -> None:
    admin = guarded.party()
    database = guarded.service.container.database
    database.command("collMod", "audit", validator={"never": {"$exists": True}})
    reply = admin.post("/keys", {"name": "n", "role": "viewer"}, **{"X-Correlation-Id": "c-9"})
    assert reply.status == 201
    assert database["audit"].count_documents({}) == 0
    (lost,) = [record for record in caplog.records if record.message == "an audit row could not be stored"]
    assert (lost.levelname, lost.__dict__["reason"] != "") == ("ERROR", True)
    assert lost.__dict__["row"] == {
        "at": guarded.clock(),
        "tenant": "default",
        "subject": admin.subject,
        "role": "admin",
        "operation": "create_key",
        "targets": [reply.data["id"]],
        "status": 201,
        "code": 0,
        "source_ip": "127.0.0.1",
        "correlation_id": "c-9",
    }
    assert reply.data["key"].split("_", 2)[2] not in str(lost.__dict__)
