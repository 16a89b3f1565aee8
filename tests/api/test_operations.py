"""The routes that keep a running service in hand: options, children, retries, dead letters, bulk, lanes, schedules."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import container
from chalicelib.accounts.model import AccountStatus
from chalicelib.accounts.schedule import BATCH, SyncSchedule
from chalicelib.settings import Settings
from chalicelib.tasks.ids import first_id_at
from chalicelib.tasks.model import Lane
from chalicelib.tasks.service import Caller
from infra.local.clouds.aliyun import FakeAliyun
from tests.api.conftest import INSTANCES, REGIONS, Service
from tests.api.test_tasks import SYNC, deny
from tests.support.clock import FakeClock

ONE_SCOPE = SYNC | {"account_id": 123, "regions": [REGIONS[0]]}


def failed_sync(service: Service, fake: FakeAliyun) -> str:
    """A task that failed for good; the cloud is well again afterwards."""
    with fake.faults.ordered("denied", action="DescribeInstances"):
        task = service.finished("/tasks/sync-assets", ONE_SCOPE)
    assert task["status"] == "failed"
    return str(task["id"])


def test_options_are_kept_and_shown(service: Service, account: int) -> None:
    options = {"priority": 8, "max_retry": 1, "timeout_seconds": 60}
    task_id = service.post("/tasks/sync-assets", ONE_SCOPE | options).data["task_id"]
    task = service.get(f"/tasks/{task_id}").data
    assert {name: task[name] for name in options} == options
    assert (task["retry_count"], task["parent_id"]) == (0, None)
    assert task["params"] == ONE_SCOPE | {"confirm_deletions": False, "dry_run": False}


@pytest.mark.parametrize("option", [{"priority": 10}, {"max_retry": 11}, {"timeout_seconds": 0}, {"priority": True}])
def test_an_option_out_of_bounds_answers_400(service: Service, account: int, option: dict[str, Any]) -> None:
    reply = service.post("/tasks/sync-assets", SYNC | option)
    assert (reply.status, next(iter(option)) in reply.error) == (400, True)


def test_an_idempotent_request_is_one_task_and_another_body_answers_422(service: Service, account: int) -> None:
    key = {"Idempotency-Key": "order-7"}
    first = service.post("/tasks/sync-assets", ONE_SCOPE, **key)
    again = service.post("/tasks/sync-assets", ONE_SCOPE, **key)
    assert (again.status, again.data) == (202, first.data)
    other = service.post("/tasks/sync-assets", ONE_SCOPE | {"priority": 1}, **key)
    assert (other.status, other.body["code"]) == (422, 42200)
    assert service.post("/tasks/sync-assets", ONE_SCOPE, **{"Idempotency-Key": "x" * 129}).status == 400


def test_an_active_duplicate_of_a_sync_is_returned_and_says_so(service: Service, account: int) -> None:
    first = service.post("/tasks/sync-assets", SYNC).data
    assert "deduplicated" not in first
    assert service.post("/tasks/sync-assets", SYNC).data == first | {"deduplicated": True}
    assert service.get("/tasks").data["total"] == 1


def test_a_sync_of_many_scopes_has_a_child_for_each(service: Service, account: int) -> None:
    task = service.finished("/tasks/sync-assets", SYNC | {"asset_types": ["ecs", "vpc"]})
    page = service.get(f"/tasks/{task['id']}/children?limit=3").data
    assert (page["total"], len(page["tasks"])) == (2 * len(REGIONS), 3)
    assert {child["parent_id"] for child in page["tasks"]} == {task["id"]}
    assert service.get("/tasks").data["total"] == 1
    assert service.get("/tasks?include_children=true").data["total"] == 1 + 2 * len(REGIONS)
    assert service.get(f"/tasks/{task['id']}/children?status=failed").data["tasks"] == []
    assert service.get("/tasks/0190a000-0000-7000-8000-000000000000/children").status == 404


def test_a_throttled_scope_is_retried_and_completes(service: Service, account: int, fake: FakeAliyun) -> None:
    fake.faults.order("throttled", action="DescribeInstances", times=1, value=3600)
    task_id = service.post("/tasks/sync-assets", ONE_SCOPE).data["task_id"]
    service.work()
    waiting = service.get(f"/tasks/{task_id}").data
    assert (waiting["status"], waiting["retry_count"]) == ("pending", 1)
    assert "Throttling" in waiting["error"]


def test_dead_letters_are_listed_filtered_replayed_and_dropped(
    service: Service, account: int, fake: FakeAliyun
) -> None:
    task_id = failed_sync(service, fake)
    (letter,) = service.get("/dead-letters").data["dead_letters"]
    assert (letter["id"], letter["status"]) == (task_id, "failed")
    assert service.get("/dead-letters?error=forbidden&type=sync_assets").data["total"] == 1
    assert service.get("/dead-letters?error=throttling").data["total"] == 0
    assert service.get("/dead-letters?end_date=2020-01-01").data["total"] == 0

    look = service.post("/dead-letters/redrive", {"error": "Forbidden", "dry_run": True}).data
    assert (look["dry_run"], look["matched"], look["retried"]) == (True, 1, 0)
    done = service.post("/dead-letters/redrive", {}).data
    assert (done["matched"], done["retried"], done["remaining"]) == (1, 1, 0)
    service.work()
    assert service.get(f"/tasks/{task_id}").data["status"] == "completed"
    assert service.get("/dead-letters").data["total"] == 0

    dropped = failed_sync(service, fake)
    assert service.call("DELETE", f"/dead-letters/{dropped}").data is None
    assert service.call("DELETE", f"/dead-letters/{dropped}").status == 404
    assert service.call("DELETE", f"/dead-letters/{task_id}").status == 404


def test_dead_letters_are_found_and_replayed_by_when_they_failed(
    service: Service, account: int, fake: FakeAliyun
) -> None:
    """However long ago they were submitted."""
    tasks = service.container.database["tasks"]
    failed = {"yesterday": "2026-11-20T23:30:00Z", "last night": "2026-11-21T03:00:00Z"}
    ids = {}
    for name, at in failed.items():
        ids[name] = failed_sync(service, fake)
        older = first_id_at(datetime(2026, 11, 19, tzinfo=UTC))[:-1] + str(len(ids))
        document = tasks.find_one_and_delete({"_id": ids[name]})
        assert document is not None
        tasks.insert_one(document | {"_id": older, "completed_at": datetime.fromisoformat(at)})
        ids[name] = older

    def found(query: str) -> set[str]:
        page = service.get(f"/dead-letters?{query}").data
        assert page["total"] == len(page["dead_letters"])
        return {letter["id"] for letter in page["dead_letters"]}

    assert found("failed_since=2026-11-21T00:00:00Z") == {ids["last night"]}
    assert found("failed_until=2026-11-21T00:00:00Z") == {ids["yesterday"]}
    assert found("failed_since=2026-11-20&failed_until=2026-11-22&type=sync_assets") == set(ids.values())
    assert found("failed_until=2026-11-18") == found("start_date=2026-11-20") == set()
    done = service.post("/dead-letters/redrive", {"failed_since": "2026-11-21T00:00:00Z"}).data
    assert (done["matched"], done["retried"]) == (1, 1)
    assert found("") == {ids["yesterday"]}
    assert service.get("/dead-letters?failed_since=soon").status == 400


def test_a_failed_task_is_retried_by_hand(service: Service, account: int, fake: FakeAliyun) -> None:
    task_id = failed_sync(service, fake)
    again = service.post(f"/tasks/{task_id}/retry", **{"X-Cam-User": "ann"})
    assert (again.data["status"], again.data["error"]) == ("pending", "")
    service.work()
    assert service.get(f"/tasks/{task_id}").data["status"] == "completed"
    assert service.post(f"/tasks/{task_id}/retry").status == 409


def test_children_of_a_former_run_are_not_shown_and_none_is_deleted_alone(
    service: Service, account: int, fake: FakeAliyun
) -> None:
    with fake.faults.ordered("denied", action="DescribeInstances"):
        task_id = service.finished("/tasks/sync-assets", SYNC)["id"]
    before = {child["id"] for child in service.get(f"/tasks/{task_id}/children").data["tasks"]}
    service.post(f"/tasks/{task_id}/retry")
    service.work()
    page = service.get(f"/tasks/{task_id}/children").data
    after = {child["id"] for child in page["tasks"]}
    assert (page["total"], len(before), len(after)) == (len(before), len(REGIONS), len(REGIONS))
    assert not before & after
    reply = service.call("DELETE", f"/tasks/{after.pop()}?force=true")
    assert (reply.status, f"delete {task_id}" in reply.error) == (409, True)


def test_many_are_cancelled_and_retried_by_filter_after_a_look(service: Service, account: int) -> None:
    for region in REGIONS:
        service.post("/tasks/sync-assets", SYNC | {"regions": [region]})
    assert service.post("/tasks/cancel", {}).status == 400
    look = service.post("/tasks/cancel", {"type": "sync_assets", "dry_run": True}).data
    assert look == {"dry_run": True, "matched": 2, "cancelled": 0, "asked": 0}
    done = service.post("/tasks/cancel", {"type": "sync_assets", "start_date": "2020-01-01T00:00:00Z"}).data
    assert done == {"dry_run": False, "matched": 2, "cancelled": 2, "asked": 0}
    retried = service.post("/tasks/retry", {"status": "cancelled"}).data
    assert (retried["retried"], retried["refused"]) == (2, 0)
    service.work()
    assert service.get("/tasks?status=completed").data["total"] == 2
    assert "start_date" in service.post("/tasks/cancel", {"start_date": "soon"}).error
    assert service.post("/tasks/retry", {"status": {"$ne": "failed"}}).status == 400


@pytest.mark.parametrize("body", [{}, {"type": None}, {"status": None, "error": None, "dry_run": True}])
@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_a_bulk_operation_without_a_condition_that_says_something_is_refused(
    service: Service, account: int, action: str, body: dict[str, Any]
) -> None:
    task_id = service.post("/tasks/sync-assets", ONE_SCOPE).data["task_id"]
    reply = service.post(f"/tasks/{action}", body)
    assert (reply.status, "say which tasks are meant" in reply.error) == (400, True)
    assert service.get(f"/tasks/{task_id}").data["status"] == "pending"


def test_a_paused_lane_loses_nothing_and_goes_on_when_resumed(service: Service, account: int) -> None:
    assert service.post("/lanes/normal/pause").data == {"lane": "normal", "paused": True}
    task_id = service.post("/tasks/sync-assets", ONE_SCOPE).data["task_id"]
    service.work()
    assert service.get(f"/tasks/{task_id}").data["status"] == "pending"
    assert {"lane": "normal", "paused": True} in service.get("/lanes").data["lanes"]
    hurried = service.finished("/tasks/sync-assets", ONE_SCOPE | {"priority": 9, "asset_types": ["vpc"]})
    assert hurried["status"] == "completed"

    assert service.post("/lanes/normal/resume").data["paused"] is False
    service.container.recoverer.run()
    service.work()
    assert service.get(f"/tasks/{task_id}").data["status"] == "completed"
    assert service.post("/lanes/fast/pause").status == 404


def test_a_full_backlog_answers_429_and_when_to_come_back(service: Service, account: int, settings: Settings) -> None:
    full = container.Container(Settings.model_validate(settings.model_dump() | {"max_pending": 1}))
    container.install(full)
    try:
        assert service.post("/tasks/sync-assets", ONE_SCOPE).status == 202
        refused = service.post("/tasks/sync-assets", SYNC)
    finally:
        full.close()
        container.install(service.container)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "10")


def test_the_outcome_of_a_sync_is_noted_on_the_account(service: Service, account: int, fake: FakeAliyun) -> None:
    assert service.get(f"/accounts/{account}").data["last_sync_status"] is None
    task = service.finished("/tasks/sync-assets", SYNC)
    seen = service.get(f"/accounts/{account}").data
    assert (seen["last_sync_status"], seen["last_sync_task_id"]) == ("completed", task["id"])
    assert seen["last_sync_at"] >= task["started_at"]
    deny(fake, REGIONS[0])
    service.finished("/tasks/sync-assets", SYNC)
    assert service.get(f"/accounts/{account}").data["last_sync_status"] == "partial"
    deny(fake, REGIONS[1])
    service.finished("/tasks/sync-assets", SYNC)
    assert service.get(f"/accounts/{account}").data["last_sync_status"] == "failed"


@pytest.mark.parametrize("chosen", [{}, {"regions": [REGIONS[0]]}], ids=["everywhere", "one scope"])
def test_a_sync_whose_credentials_are_refused_is_noted_on_its_account(
    service: Service, account: int, chosen: dict[str, Any]
) -> None:
    service.finished("/tasks/sync-assets", SYNC)
    wrong = {"access_key_id": "nobody", "access_key_secret": "nothing"}
    service.call("PUT", f"/accounts/{account}", {"credentials": wrong})
    service.finished("/tasks/sync-assets", SYNC | chosen | {"dry_run": True})
    assert service.get(f"/accounts/{account}").data["last_sync_status"] == "completed", "a dry run is no sync"
    task = service.finished("/tasks/sync-assets", SYNC | chosen)
    assert task["status"] == "failed"
    seen = service.get(f"/accounts/{account}").data
    assert (seen["last_sync_status"], seen["last_sync_task_id"]) == ("failed", task["id"])


def test_a_request_that_is_repeated_after_its_account_was_disabled_is_answered_as_before(
    service: Service, account: int
) -> None:
    key = {"Idempotency-Key": "order-8"}
    first = service.post("/tasks/sync-assets", ONE_SCOPE, **key)
    batch = service.post("/tasks/batch", {"tasks": [{"type": "sync_assets", "body": SYNC}]}, **key)
    service.call("PUT", f"/accounts/{account}", {"status": "disabled"})
    again = service.post("/tasks/sync-assets", ONE_SCOPE, **key)
    assert (again.status, again.data) == (202, first.data)
    assert service.post("/tasks/batch", {"tasks": [{"type": "sync_assets", "body": SYNC}]}, **key).data == batch.data
    assert service.post("/tasks/sync-assets", ONE_SCOPE | {"priority": 1}, **key).status == 422
    assert service.post("/tasks/sync-assets", ONE_SCOPE, **{"Idempotency-Key": "order-9"}).status == 400
    assert service.post("/tasks/sync-assets", ONE_SCOPE).status == 400


def test_doubtful_scopes_are_counted_at_the_top_and_noted_on_the_account(
    service: Service, account: int, fake: FakeAliyun
) -> None:
    fine = service.finished("/tasks/sync-assets", SYNC)["result"]
    assert (fine["incomplete_count"], fine["held_count"]) == (0, 0)
    with fake.faults.ordered("empty", action="DescribeInstances", region=REGIONS[0]):
        task = service.finished("/tasks/sync-assets", SYNC)
    assert task["status"] == "completed"
    counted = {name: task["result"][f"{name}_count"] for name in ("incomplete", "held", "error")}
    assert counted == {"incomplete": 0, "held": 1, "error": 0}
    assert service.get(f"/accounts/{account}").data["last_sync_status"] == "partial"


def test_what_a_part_wrote_that_failed_half_way_is_counted(service: Service, account: int, fake: FakeAliyun) -> None:
    """A machine that is listed on the page before the one that fails has changed."""
    service.finished("/tasks/sync-assets", SYNC)
    region = max(REGIONS, key=lambda name: len(fake.inventory.native_ids("ecs", name)))
    (other,) = set(REGIONS) - {region}
    first = fake.inventory.native_ids("ecs", region)[0]
    fake.inventory.update("ecs", region, first, Status="Broken")
    with fake.faults.ordered("denied", action="DescribeInstances", region=region, page=2):
        task = service.finished("/tasks/sync-assets", SYNC)
        result = task["result"]
        alone = service.finished("/tasks/sync-assets", SYNC | {"account_id": 123, "regions": [region]})
    assert (task["status"], result["error_count"], result["incomplete_count"]) == ("completed", 1, 1)
    assert result["updated_count"] == 1
    assert result["total_count"] > len(fake.inventory.native_ids("ecs", other))
    broken = next(detail for detail in result["details"] if detail["region"] == region)
    assert (broken["verdict"], broken["reason"]) == ("incomplete", result["errors"][0]["error"])
    assert (alone["status"], alone["result"]["total_count"]) == ("failed", broken["total_count"])
    assert service.get(f"/accounts/{account}").data["last_sync_status"] == "failed"
    assert service.post(f"/tasks/{alone['id']}/retry").status == 200
    assert service.get(f"/tasks/{alone['id']}").data["result"] is None


@pytest.mark.parametrize("lacks", ["account_id", "regions", "asset_types"])
def test_deletions_are_confirmed_of_what_is_named_and_of_nothing_else(
    service: Service, account: int, lacks: str
) -> None:
    named = ONE_SCOPE | {"asset_types": ["ecs"], "confirm_deletions": True}
    refused = service.post("/tasks/sync-assets", {name: value for name, value in named.items() if name != lacks})
    assert refused.status == 400
    assert "confirm_deletions: name the account_id, regions and asset_types" in refused.error
    assert service.post("/tasks/sync-assets", named).status == 202


def test_a_held_scope_says_what_confirms_it_and_that_twice_deletes(
    service: Service, account: int, fake: FakeAliyun
) -> None:
    service.finished("/tasks/sync-assets", ONE_SCOPE)
    fake.inventory.remove("ecs", REGIONS[0], *fake.inventory.native_ids("ecs", REGIONS[0])[1:])
    (detail,) = service.finished("/tasks/sync-assets", ONE_SCOPE)["result"]["details"]
    reason = detail["reason"]
    body = json.loads(reason[reason.index("{") : reason.index("}") + 1])
    marked = service.finished("/tasks/sync-assets", body)["result"]
    assert (marked["deleted_count"], marked["missing_count"]) == (0, detail["missing_count"])
    assert service.finished("/tasks/sync-assets", ONE_SCOPE)["result"]["held_count"] == 1
    assert service.finished("/tasks/sync-assets", body)["result"]["deleted_count"] == detail["missing_count"]


def test_an_account_is_synced_by_itself_once_in_every_slot(service: Service, account: int, settings: Settings) -> None:
    service.call("PUT", f"/accounts/{account}", {"auto_sync": True, "sync_interval_seconds": 600})
    clock = FakeClock()
    clock.advance(timedelta(days=365).total_seconds())
    scheduling = container.Container(settings, clock=clock)
    container.install(scheduling)
    submitted = []
    try:
        for _ in range(4):
            submitted.append((scheduling.sync_schedule.run(), scheduling.sync_schedule.run()))
            service.post("/tasks/cancel", {"type": "sync_assets"})
            clock.advance(300)
        scheduling.database["accounts"].update_one({"_id": f"default/{account}"}, {"$set": {"next_sync_at": clock()}})
        again = scheduling.sync_schedule.run()
    finally:
        scheduling.close()
        container.install(service.container)
    assert submitted == [(1, 0), (0, 0), (1, 0), (0, 0)]
    assert again == 1
    listed = service.get("/tasks?created_by=schedule").data
    assert listed["total"] == 3
    assert service.get(f"/accounts/{account}").data["next_sync_at"] is not None


def test_scheduled_syncs_take_the_low_lane_unless_their_account_says_otherwise(service: Service, account: int) -> None:
    def scheduled() -> dict[str, Any]:
        service.container.sync_schedule.run()
        (task,) = service.get("/tasks?created_by=schedule&limit=1").data["tasks"]
        return {name: task[name] for name in ("priority", "timeout_seconds")}

    service.call("PUT", f"/accounts/{account}", {"auto_sync": True})
    assert scheduled() == {"priority": 3, "timeout_seconds": 1800}
    service.post("/tasks/cancel", {"type": "sync_assets"})
    urgent = {"sync_priority": 8, "sync_timeout_seconds": 600}
    service.container.database["accounts"].update_one({"id": account}, {"$unset": dict.fromkeys(urgent, "")})
    assert service.get(f"/accounts/{account}").data["sync_priority"] == 3, "stored by an older release"
    shown = service.call("PUT", f"/accounts/{account}", urgent | {"sync_interval_seconds": 60}).data
    assert shown.items() >= urgent.items()
    service.container.database["tasks"].delete_many({})
    assert scheduled() == {"priority": 8, "timeout_seconds": 600}
    for refused in ({"sync_priority": 10}, {"sync_timeout_seconds": 0}, {"sync_priority": None}):
        assert service.call("PUT", f"/accounts/{account}", refused).status == 400


def test_accounts_that_are_disabled_or_refused_keep_no_other_from_being_synced(service: Service, account: int) -> None:
    service.call("PUT", f"/accounts/{account}", {"auto_sync": True})
    accounts = service.container.account_store
    due = accounts.get("default", account)
    assert due is not None
    assert due.next_sync_at is not None
    before = due.next_sync_at - timedelta(days=1)
    disabled = replace(due, status=AccountStatus.DISABLED, next_sync_at=before)
    service.container.database["accounts"].insert_many(
        [replace(disabled, id=1000 + number).to_document() for number in range(BATCH + 1)]
    )
    accounts.insert(replace(due, id=999, next_sync_at=before))
    slot = int(due.next_sync_at.timestamp()) // due.sync_interval_seconds * due.sync_interval_seconds
    caller = Caller("default", "schedule")
    service.container.tasks.submit("sync_assets", ONE_SCOPE, caller=caller, idempotency_key=f"schedule:999:{slot}")
    assert SyncSchedule(accounts, service.container.tasks, clock=FakeClock(due.next_sync_at)).run() == 1
    refused = accounts.get("default", 999)
    assert refused is not None
    assert refused.next_sync_at is not None
    assert refused.next_sync_at > before
    synced = service.get("/tasks?created_by=schedule").data["tasks"]
    assert [task["params"]["regions"] for task in synced] == [[], ONE_SCOPE["regions"]]


def test_an_event_asks_for_a_sync_once_however_often_it_is_delivered(service: Service, account: int) -> None:
    from chalicelib.events.schedules import sync_requested  # noqa: PLC0415

    def deliver(event_id: str, detail: dict[str, Any]) -> dict[str, Any]:
        event = {
            "version": "0",
            "account": "123456789012",
            "region": "us-east-1",
            "detail": detail,
            "detail-type": "SyncRequested",
            "source": "cam",
            "time": "2026-11-23T08:00:00Z",
            "id": event_id,
            "resources": [],
        }
        answer: dict[str, Any] = sync_requested(event, None)
        return answer

    first = deliver("e-1", ONE_SCOPE)
    assert deliver("e-1", ONE_SCOPE) == first
    assert "asset_types" in deliver("e-2", ONE_SCOPE | {"asset_types": ["teapot"]})["refused"]
    service.work()
    assert service.get(f"/tasks/{first['task_id']}").data["result"]["total_count"] < INSTANCES
    assert service.get("/tasks?created_by=event").data["total"] == 1


def test_a_message_that_a_queue_gave_up_on_is_buried_without_losing_its_task(service: Service, account: int) -> None:
    from chalicelib.events.consumers import bury  # noqa: PLC0415
    from tests.support.sqs import event_of, receive  # noqa: PLC0415

    task_id = service.post("/tasks/sync-assets", ONE_SCOPE).data["task_id"]
    messages = receive(service.sqs, service.urls[Lane.NORMAL])
    assert bury(event_of(messages), None) == {"batchItemFailures": []}
    service.container.recoverer.run()
    service.work()
    assert service.get(f"/tasks/{task_id}").data["status"] == "completed"
