"""The inventory from the command line."""

from __future__ import annotations

from typing import Any

import pytest

from infra.local.clouds.aliyun import FakeAliyun
from tests.api.conftest import INSTANCES, REGIONS, Service
from tests.cli.conftest import Cam

SCOPE = {"provider": "aliyun", "account_id": 123, "regions": [REGIONS[0]], "asset_types": ["ecs"]}
BOTH = SCOPE | {"regions": list(REGIONS)}


@pytest.fixture
def machine(service: Service, account: int) -> dict[str, Any]:
    """One of the assets, all of which are in the inventory."""
    service.finished("/tasks/sync-assets", BOTH)
    asset: dict[str, Any] = service.get(f"/assets?region={REGIONS[0]}&limit=1").data["assets"][0]
    return asset


def test_assets_are_found_by_what_the_api_finds_them_by(cam: Cam, machine: dict[str, Any]) -> None:
    key, value = next(iter(machine["tags"].items()))
    narrow = ("--query", machine["name"], "--json")
    for chosen in (
        ("--native-id", machine["native_id"]),
        ("--ip", machine["ips"][0]),
        ("--name", machine["name"]),
        ("--tag", f"{key}={value}", *narrow),
        ("--status", machine["status"], *narrow),
        ("--provider", "aliyun", "--account", 123, "--region", REGIONS[0], "--type", "ecs", *narrow),
        ("--first-seen-since", "1h", "--changed-since", "1h", *narrow),
    ):
        assert machine["id"] in {row["id"] for row in cam.done("assets", *chosen, "--json").rows}, chosen
    assert cam.done("assets", "--tag", f"{key}=nobody").err == "no asset is like that\n"


def test_deleted_assets_are_found_when_asked_for(
    cam: Cam, service: Service, fake: FakeAliyun, machine: dict[str, Any]
) -> None:
    fake.inventory.remove("ecs", REGIONS[0], machine["native_id"])
    for _ in range(2):
        service.finished("/tasks/sync-assets", SCOPE)
    by_id = ("assets", "--native-id", machine["native_id"], "--json")
    assert cam.done(*by_id).rows == []
    assert cam.done(*by_id, "--deleted").row["deleted_at"]


@pytest.mark.usefixtures("machine")
def test_programs_get_all_assets_in_order_and_people_a_table_of_some(cam: Cam) -> None:
    names = [row["name"] for row in cam.done("assets", "--sort", "-name", "--json").rows]
    assert len(names) == INSTANCES
    assert names == sorted(names, reverse=True)
    shown = cam.done("assets", "--sort", "name", "--limit", 3)
    assert [line.split()[1] for line in shown.out.splitlines()[1:]] == sorted(names)[:3]
    assert f"3 of {INSTANCES} shown" in shown.err


@pytest.mark.usefixtures("machine")
def test_a_reader_that_has_enough_is_no_error_to_speak_of(cam: Cam) -> None:
    ended = cam.shell('"$@" | head -n 1', "assets", "--json")
    assert len(ended.rows) == 1
    assert ended.err == ""


def test_one_asset_is_shown_by_either_id_with_its_relations_and_history(cam: Cam, machine: dict[str, Any]) -> None:
    for wanted in (machine["id"], machine["native_id"]):
        shown = cam.done("asset", wanted).out
        for word in (machine["name"], "attributes", "InstanceType", "refers to", "changes", "added"):
            assert word in shown, word
    row = cam.done("asset", machine["native_id"], "--json").row
    assert row["id"] == machine["id"]
    assert [change["kind"] for change in row["changes"]] == ["added"]
    assert {edge["type"] for edge in row["related"]["outgoing"]} >= {"vpc"}
    missing = cam("asset", "i-unknown")
    assert (missing.status, missing.err) == (1, "cam: no asset 'i-unknown'\n")


def test_changes_are_told_field_by_field(cam: Cam, service: Service, fake: FakeAliyun, machine: dict[str, Any]) -> None:
    fake.inventory.update("ecs", REGIONS[0], machine["native_id"], Status="Broken")
    service.finished("/tasks/sync-assets", SCOPE)
    changed = cam.done("changes", "--since", "1h", "--kind", "updated")
    assert f"status: {machine['status']} → Broken" in changed.out
    assert cam.done("changes", "--kind", "updated", "--json").row["asset_id"] == machine["id"]
    some = cam.done("changes", "--limit", 2, "--type", "ecs")
    assert len(some.out.splitlines()) == 3
    assert some.err == "2 shown and there are more; --limit 0 shows all\n"
    assert len(cam.done("changes", "--type", "ecs", "--json").rows) == INSTANCES + 1
    assert cam.done("changes", "--kind", "deleted").err == "nothing has changed since\n"


def test_what_a_cloud_calls_things_cannot_move_the_cursor(
    cam: Cam, service: Service, fake: FakeAliyun, machine: dict[str, Any]
) -> None:
    fake.inventory.update("ecs", REGIONS[0], machine["native_id"], InstanceName="a\x1b[2J\x9b2Jb\u202e[red]c[/red]")
    service.finished("/tasks/sync-assets", SCOPE)
    with cam.typed("assets", "--native-id", machine["native_id"]) as terminal:
        assert terminal.ends() == 0
    assert "[red]c[/red]" in terminal.seen
    assert not [mark for mark in ("\x1b[2J", "\x9b", "\u202e") if mark in terminal.seen]
    printed = cam.done("assets", "--native-id", machine["native_id"], "--json")
    assert not [mark for mark in ("\x1b", "\x9b") if mark in printed.out]
    assert "\x9b" in printed.row["name"]


@pytest.mark.usefixtures("machine")
def test_scopes_tell_their_last_listing(cam: Cam, service: Service, fake: FakeAliyun) -> None:
    assert len(cam.done("scopes", "--json").rows) == 2
    assert cam.done("scopes", "--verdict", "held").out == ""
    fake.inventory.remove("ecs", REGIONS[0], *fake.inventory.native_ids("ecs", REGIONS[0]))
    service.finished("/tasks/sync-assets", SCOPE)
    held = cam.done("scopes", "--verdict", "held", "--provider", "aliyun", "--account", 123).out
    assert held.splitlines()[1].split()[:5] == ["aliyun", "123", REGIONS[0], "ecs", "held"]
    assert "confirm_deletions" in held


@pytest.mark.usefixtures("machine")
def test_the_summary_counts(cam: Cam) -> None:
    shown = cam.done("summary", "--days", 3).out
    assert shown.startswith(f"{INSTANCES} assets\n")
    assert cam.done("summary", "--json").row["total"] == INSTANCES


def test_an_empty_inventory_says_what_to_do(cam: Cam) -> None:
    assert "cam submit sync-assets" in cam.done("scopes").err
    assert cam.done("summary").out == "0 assets\n"


@pytest.mark.usefixtures("machine")
def test_a_terminal_too_narrow_for_a_table_is_shown_fewer_columns_and_told_which(cam: Cam) -> None:
    with cam.typed("assets", "--limit", 1, COLUMNS="112") as terminal:
        assert terminal.ends() == 0
    heading, row, *notes = terminal.text.splitlines()
    assert heading.split() == ["id", "name", "native", "id", "status", "region", "type"]
    assert row.split()[-1] == "ecs"
    assert notes[0] == "left out, for want of width: provider, account, addresses, changed"
    assert "addresses" in cam.done("assets", "--limit", 1).out
