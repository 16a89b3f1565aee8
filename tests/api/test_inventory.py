"""What callers can ask of the inventory: search, history, relations, scopes, summary, what would change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.container import Container
from infra.local.clouds.aliyun import FakeAliyun
from infra.local.clouds.server import CloudServer
from tests.api.conftest import INSTANCES, REGIONS, Service, aliyun_account

SHENZHEN = REGIONS[0]
SCOPE = {"provider": "aliyun", "account_id": 123, "regions": [SHENZHEN], "asset_types": ["ecs"]}


@pytest.fixture
def synced(service: Service, account: int) -> dict[str, Any]:
    """The machines of the fake cloud, and what they are related to, in the inventory."""
    types = ["ecs", "disk", "vpc", "vswitch"]
    return service.finished("/tasks/sync-assets", {"provider": "aliyun", "asset_types": types})


@pytest.fixture
def machine(service: Service, synced: dict[str, Any]) -> dict[str, Any]:
    asset: dict[str, Any] = service.get(f"/assets?type=ecs&region={SHENZHEN}&limit=1").data["assets"][0]
    return asset


def found(service: Service, query: str) -> list[str]:
    return [asset["native_id"] for asset in service.get(f"/assets?{query}&limit=100").data["assets"]]


def paged(service: Service, query: str) -> Iterator[dict[str, Any]]:
    """The assets of every page, by cursor."""
    cursor = ""
    while True:
        page = service.get(f"/assets?{query}{cursor}").data
        yield from page["assets"]
        if page["next_cursor"] is None:
            return
        cursor = f"&cursor={page['next_cursor']}"


def aliyun(service: Service) -> dict[str, Any]:
    found = service.get("/providers").data["providers"]
    shown: dict[str, Any] = next(it for it in found if it["provider"] == "aliyun")
    return shown


def test_the_clouds_say_what_they_have_and_which_regions_were_listed(service: Service, account: int) -> None:
    before = aliyun(service)
    assert before["groups"]["compute"] == ["ecs", "disk", "snapshot", "security_group", "image"]
    assert {"lb.clb", "lb.alb", "lb.nlb"} <= set(before["groups"]["network"])
    assert "dns" in before["global_types"]
    assert before["credentials"] == [["access_key_id", "access_key_secret"]]
    assert before["regions"] == []
    service.finished("/tasks/sync-assets", SCOPE)
    assert aliyun(service)["regions"] == [SHENZHEN]


def test_regions_that_an_account_is_set_to_are_known_before_a_listing(service: Service, cloud: CloudServer) -> None:
    service.post("/accounts", aliyun_account(cloud.url, regions=["cn-beijing", SHENZHEN]))
    service.post("/accounts", aliyun_account(cloud.url, id=124, regions=[SHENZHEN]))
    assert aliyun(service)["regions"] == ["cn-beijing", SHENZHEN]


def test_regions_that_the_test_of_an_account_saw_are_known_before_a_listing(service: Service, account: int) -> None:
    before = service.get(f"/accounts/{account}").data
    service.post(f"/accounts/{account}/test")
    assert aliyun(service)["regions"] == sorted(REGIONS)
    assert service.get(f"/accounts/{account}").data == before


def test_a_failed_test_of_an_account_forgets_no_region(service: Service, account: int, fake: FakeAliyun) -> None:
    service.post(f"/accounts/{account}/test")
    with fake.faults.ordered("denied"):
        assert service.post(f"/accounts/{account}/test").data["ok"] is False
    assert aliyun(service)["regions"] == sorted(REGIONS)


@pytest.mark.parametrize("changed", ["credentials", "endpoint"])
def test_regions_seen_with_what_an_account_no_longer_has_are_forgotten(
    service: Service, account: int, cloud: CloudServer, changed: str
) -> None:
    service.post(f"/accounts/{account}/test")
    service.call("PUT", f"/accounts/{account}", {"name": "renamed"})
    assert aliyun(service)["regions"] == sorted(REGIONS)
    service.call("PUT", f"/accounts/{account}", {changed: aliyun_account(cloud.url)[changed]})
    assert aliyun(service)["regions"] == []


def test_an_asset_is_found_by_each_of_its_properties(service: Service, machine: dict[str, Any]) -> None:
    key, value = next(iter(machine["tags"].items()))
    native_id = machine["native_id"]
    for query in (
        f"native_id={native_id}",
        f"native_id={native_id[:-1]}",
        f"ip={machine['ips'][0]}",
        f"name={machine['name']}",
        f"tag.{key}={value}&status={machine['status']}&q={machine['name']}",
        f"region={SHENZHEN}&type=ecs&ip={machine['ips'][0]}",
    ):
        assert native_id in found(service, query), query
    assert found(service, f"native_id={native_id}&status=Nonsense") == []
    assert found(service, f"tag.{key}=nobody") == []
    assert found(service, f"ip={machine['ips'][0].rpartition('.')[0]}") == []
    assert service.get(f"/assets?first_seen_since={machine['first_seen_at']}").data["total"] > 0
    assert service.get("/assets?changed_since=2999-01-01").data["total"] == 0


@pytest.mark.usefixtures("synced")
def test_lists_are_sorted_and_paged_by_cursor_without_gaps(service: Service) -> None:
    for sort in ("id", "-id", "name", "-name", "changed_at", "-first_seen_at"):
        field = sort.removeprefix("-")
        seen = [(asset[field], asset["id"]) for asset in paged(service, f"type=ecs&sort={sort}&limit=100")]
        assert len({asset_id for _, asset_id in seen}) == len(seen) == INSTANCES, sort
        assert seen == sorted(seen, reverse=sort.startswith("-")), sort


@pytest.mark.parametrize("query", ["sort=size", "cursor=abc", "cursor=W10=", "changed_since=soon", "tag.a=1&tag.a=2"])
def test_a_bad_search_answers_400(service: Service, account: int, query: str) -> None:
    assert service.get(f"/assets?{query}").status == 400


def test_a_cursor_of_another_order_is_refused(service: Service, synced: dict[str, Any]) -> None:
    cursor = service.get("/assets?sort=name&limit=1").data["next_cursor"]
    assert service.get(f"/assets?sort=-name&cursor={cursor}").status == 400


def test_a_change_is_told_field_by_field_and_by_which_task(
    service: Service, machine: dict[str, Any], fake: FakeAliyun, synced: dict[str, Any]
) -> None:
    fake.inventory.update("ecs", SHENZHEN, machine["native_id"], Status="Stopped", InstanceName="renamed")
    task = service.finished("/tasks/sync-assets", SCOPE)
    assert (task["result"]["updated_count"], task["result"]["added_count"]) == (1, 0)
    last, first = service.get(f"/assets/{machine['id']}/changes").data["changes"]
    assert (first["kind"], last["kind"], last["task_id"]) == ("added", "updated", task["id"])
    told = {field["field"]: (field["old"], field["new"]) for field in last["fields"]}
    assert told["status"] == (machine["status"], "Stopped")
    assert told["name"] == (machine["name"], "renamed")
    assert told["attributes.InstanceName"] == (machine["name"], "renamed")
    assert set(told) == {"status", "name", "attributes.InstanceName", "attributes.Status"}

    feed = service.get(f"/changes?since={last['at']}&type=ecs").data["changes"]
    assert [(it["asset_id"], it["name"], it["kind"]) for it in feed] == [(machine["id"], "renamed", "updated")]
    added = service.get("/changes?since=2020-01-01&kind=added&limit=5").data["changes"]
    assert {change["kind"] for change in added} == {"added"}
    assert service.get("/changes").status == 400
    assert service.get("/assets/nothing/changes").status == 404


def test_changes_are_paged_by_cursor_without_gaps(service: Service, fake: FakeAliyun, synced: dict[str, Any]) -> None:
    """Of assets that changed once and of those that changed again, which have changes on several pages."""
    machines = fake.inventory.native_ids("ecs", SHENZHEN)
    for status, some in (("Broken", machines[:40]), ("Worse", machines[20:30])):
        for native_id in some:
            fake.inventory.update("ecs", SHENZHEN, native_id, Status=status)
        service.finished("/tasks/sync-assets", SCOPE)
    kinds = {}
    for wanted in ("", "&kind=added", "&kind=updated", "&type=ecs&kind=added"):
        seen: list[tuple[str, str]] = []
        cursor = ""
        while True:
            page = service.get(f"/changes?since=2020-01-01&limit=37{wanted}{cursor}").data
            seen += [(change["at"], change["asset_id"]) for change in page["changes"]]
            if page["next_cursor"] is None:
                break
            assert len(page["changes"]) == 37
            cursor = f"&cursor={page['next_cursor']}"
        assert seen == sorted(set(seen), reverse=True), wanted
        kinds[wanted] = len(seen)
    added = synced["result"]["total_count"]
    assert kinds == {"": added + 50, "&kind=added": added, "&kind=updated": 50, "&type=ecs&kind=added": INSTANCES}


def test_a_cursor_of_another_list_is_refused(service: Service, synced: dict[str, Any]) -> None:
    cursor = service.get("/assets?limit=1").data["next_cursor"]
    assert service.get(f"/changes?since=2020-01-01&cursor={cursor}").status == 400
    assert service.get("/changes?since=2020-01-01&cursor=nonsense").status == 400


def test_a_deleted_asset_keeps_its_history_and_is_found_when_asked_for(
    service: Service, machine: dict[str, Any], fake: FakeAliyun
) -> None:
    fake.inventory.remove("ecs", SHENZHEN, machine["native_id"])
    for _ in range(2):
        service.finished("/tasks/sync-assets", SCOPE)
    assert found(service, f"native_id={machine['native_id']}") == []
    assert found(service, f"native_id={machine['native_id']}&deleted=true") == [machine["native_id"]]
    changes = service.get(f"/assets/{machine['id']}/changes").data["changes"]
    assert [change["kind"] for change in changes] == ["deleted", "added"]


def test_deleted_assets_are_kept_for_as_long_as_the_settings_say(
    service: Service, machine: dict[str, Any], fake: FakeAliyun
) -> None:
    chosen = service.container.settings.model_copy(update={"asset_retention_days": 3.5})
    with closing(Container(chosen)) as other:
        fake.inventory.remove("ecs", SHENZHEN, machine["native_id"])
        for _ in range(2):
            other.worker.run([service.post("/tasks/sync-assets", SCOPE).data["task_id"]])
        tombstone = other.database["assets"].find_one({"_id": machine["id"]})
    assert tombstone is not None
    assert tombstone["expires_at"] - tombstone["deleted_at"] == timedelta(days=3.5)


def test_relations_lead_both_ways(service: Service, machine: dict[str, Any]) -> None:
    edges = service.get(f"/assets/{machine['id']}/relations").data
    vpc = next(edge for edge in edges["outgoing"] if edge["type"] == "vpc")
    assert vpc["id"] is not None
    back = service.get(f"/assets/{vpc['id']}/relations").data["incoming"]
    assert {edge["type"] for edge in back} >= {"ecs", "vswitch"}
    disks = [edge for edge in edges["incoming"] if edge["type"] == "disk"]
    assert all(edge["id"] for edge in disks)


def test_scopes_tell_their_last_complete_listing_and_why_the_last_one_was_not(
    service: Service, synced: dict[str, Any], fake: FakeAliyun
) -> None:
    (scope,) = [
        scope
        for scope in service.get("/scopes?provider=aliyun").data["scopes"]
        if (scope["region"], scope["type"]) == (SHENZHEN, "ecs")
    ]
    live = service.get(f"/assets?type=ecs&region={SHENZHEN}").data["total"]
    assert (scope["verdict"], scope["count"], scope["reason"]) == ("complete", live, "")
    with fake.faults.ordered("empty", action="DescribeInstances"):
        service.finished("/tasks/sync-assets", SCOPE)
    (held,) = service.get("/scopes?verdict=held").data["scopes"]
    assert (held["held"], held["count"], held["complete_at"]) == (live, live, scope["complete_at"])
    assert "confirm_deletions" in held["reason"]
    assert service.get(f"/assets?type=ecs&region={SHENZHEN}").data["total"] == live


def test_a_dry_run_tells_the_difference_and_writes_nothing(
    service: Service, machine: dict[str, Any], fake: FakeAliyun
) -> None:
    fake.inventory.update("ecs", SHENZHEN, machine["native_id"], Status="Stopped")
    before = service.get("/scopes").data
    task = service.finished("/tasks/sync-assets", SCOPE | {"dry_run": True})
    assert task["result"]["updated_count"] == 1
    assert service.get(f"/assets/{machine['id']}").data == machine
    assert service.get("/scopes").data == before


def test_the_summary_counts_live_assets_and_changes_by_day(service: Service, synced: dict[str, Any]) -> None:
    summary = service.get("/assets/summary?days=7").data
    assert summary["total"] == synced["result"]["total_count"]
    ecs = sum(row["count"] for row in summary["counts"] if row["type"] == "ecs")
    assert ecs == INSTANCES
    (today,) = summary["changes"]
    assert (today["kind"], today["count"]) == ("added", summary["total"])
