"""``cam`` on the one-machine stack: from an account to a file, and through a restart of the API."""

from __future__ import annotations

import csv
import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.local.processes import StartError
from infra.local.seed import fake_cloud_key
from infra.local.stack import Stack
from tests.cli.conftest import Cam, Terminal, home
from tests.e2e.conftest import INSTANCES, Client
from tests.support.conditions import eventually

__all__ = ["home"]

SYNC = ("submit", "sync-assets", "--provider", "aliyun", "--type", "ecs")


@pytest.fixture
def cam(home: dict[str, str], stack: Stack) -> Cam:
    return Cam(home | {"CAM_URL": stack.url})


def in_the_midst(terminal: Terminal) -> None:
    terminal.reads("sync_assets running")
    terminal.reads("of 6 parts")


def bring_back(stack: Stack) -> None:
    """Start the API again: as often as the store, busy with a sync, does not answer it in time."""

    def started() -> bool:
        try:
            stack.up("api")
        except StartError:
            return False
        return True

    eventually(started, within=60, every=0.5)


def test_from_an_account_to_a_file_of_its_assets(cam: Cam, stack: Stack, tmp_path: Path) -> None:
    assert {row["provider"] for row in cam.done("accounts", "--json").rows} >= {"aliyun", "aws", "tencent"}
    endpoint = f"http://127.0.0.1:{stack.config.ports['aliyun']}"
    add = ("accounts", "add", "--provider", "aliyun", "--name", "mine", "--id", 900, "--endpoint", endpoint)
    cam.done(*add, "--region", "cn-shenzhen", "--credentials", "-", given=json.dumps(fake_cloud_key("aliyun")))
    assert "allowed" in cam.done("accounts", "test", 900).out

    synced = cam.done(*SYNC, "--account", 900, "--watch")
    count = int(synced.out.splitlines()[1].split()[0].replace(",", ""))
    asset = cam.done("assets", "--account", 900, "--limit", 1, "--json").row
    assert asset["name"] in cam.done("asset", asset["id"]).out
    assert cam.done("changes", "--account", 900, "--limit", 1, "--json").row["kind"] == "added"
    assert cam.done("summary", "--json").row["total"] == count

    file = tmp_path / "assets.csv"
    file.write_text("what was there before")
    exported = cam.done("export", "-o", file, "--account", 900)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        assert len(list(csv.DictReader(opened))) == count
    assert "X-Amz" not in exported.out + exported.err
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    lines = cam.done("export", "-o", "-", "--account", 900, "--format", "json").out.splitlines()
    assert len(lines) == count
    sheet = tmp_path / "assets.xlsx"
    task_id = cam.done("export", "-o", sheet, "--account", 900).err.split()[1]
    assert sheet.read_bytes()[:2] == b"PK"
    sheet.unlink()
    cam.done("export", "-o", sheet, "--task", task_id)
    assert sheet.read_bytes()[:2] == b"PK"
    cam.done("accounts", "remove", 900, "--yes")


def test_an_export_that_cannot_be_had_leaves_the_file_as_it_was(cam: Cam, tmp_path: Path) -> None:
    file = tmp_path / "assets.csv"
    file.write_text("what was there before")
    no_export = cam.done("submit", "discover-assets", "--provider", "aws", "--type", "ecs", "--watch").err.split()[1]
    ended = cam("export", "-o", file, "--task", no_export)
    assert (ended.status, file.read_text()) == (1, "what was there before")
    assert "is no export" in ended.err
    for arguments in (("-o", tmp_path), ("-o", tmp_path / "no" / "file"), ("-o", file, "--task", "x", "--type", "ecs")):
        assert cam("export", *arguments).status == 2


def test_watching_survives_a_restart_of_the_api(cam: Cam, stack: Stack, holding_cloud: Callable[[], None]) -> None:
    with cam.typed(*SYNC, "--watch") as terminal:
        in_the_midst(terminal)
        stack.down("api")
        terminal.reads("the service does not answer; asking again in")
        holding_cloud()
        bring_back(stack)
        assert terminal.ends() == 0
    assert f"{INSTANCES:,} total" in terminal.text


def test_watching_survives_an_api_that_is_killed_and_started_again_by_itself(
    cam: Cam, stack: Stack, holding_cloud: Callable[[], None]
) -> None:
    with cam.typed(*SYNC, "--watch") as terminal:
        in_the_midst(terminal)
        before = stack.pid("api")
        assert before
        os.kill(before, signal.SIGKILL)
        holding_cloud()
        assert terminal.ends() == 0
    assert stack.pid("api") not in (None, before)


def test_watching_ends_when_the_service_is_away_for_too_long(
    cam: Cam, stack: Stack, client: Client, holding_cloud: Callable[[], None]
) -> None:
    task_id = cam.done(*SYNC).out.strip()
    with cam.typed("watch", task_id, "--patience", 1) as terminal:
        in_the_midst(terminal)
        stack.down("api")
        try:
            assert terminal.ends() == 5
        finally:
            holding_cloud()
            bring_back(stack)
    assert "nothing answers at" in terminal.text
    client.ended(task_id)


def test_a_running_sync_that_is_watched_can_be_cancelled(
    cam: Cam, client: Client, holding_cloud: Callable[[], None]
) -> None:
    with cam.typed(*SYNC, "--watch") as terminal:
        in_the_midst(terminal)
        (task,) = eventually(lambda: cam.done("tasks", "--status", "running", "--type", "sync-assets", "--json").rows)
        cam.done("cancel", task["id"])
        holding_cloud()
        assert terminal.ends() == 3
    assert client.task(task["id"])["status"] == "cancelled"
