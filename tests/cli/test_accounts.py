"""Cloud accounts from the command line; their credentials are typed, piped or read, and never seen again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.local.clouds.aliyun import DEFAULT_KEY, FakeAliyun
from infra.local.clouds.server import CloudServer
from tests.api.conftest import Service
from tests.cli.conftest import Cam

ADD = ("accounts", "add", "--provider", "aliyun", "--name", "demo")
GIVEN = json.dumps({"access_key_id": DEFAULT_KEY.access_key_id, "access_key_secret": DEFAULT_KEY.access_key_secret})


def test_an_account_is_added_at_the_keyboard_and_its_secret_is_not_seen(
    cam: Cam, service: Service, cloud: CloudServer
) -> None:
    with cam.typed(*ADD, "--id", 9, "--endpoint", cloud.url) as terminal:
        terminal.reads("access_key_id:")
        terminal.types(DEFAULT_KEY.access_key_id)
        terminal.reads("access_key_secret:")
        terminal.types(DEFAULT_KEY.access_key_secret)
        for name in ("external_id", "role_arn", "security_token"):
            terminal.reads(f"{name} (optional):")
            terminal.types("")
        assert terminal.ends() == 0
    assert DEFAULT_KEY.access_key_id in terminal.seen
    assert DEFAULT_KEY.access_key_secret not in terminal.seen
    assert service.get("/accounts/9").data["credential_fields"] == ["access_key_id", "access_key_secret"]
    assert cam.done("accounts", "test", 9).status == 0


def test_credentials_come_from_a_pipe_or_a_file(cam: Cam, service: Service, tmp_path: Path) -> None:
    file = tmp_path / "credentials.json"
    file.write_text(GIVEN)
    piped = cam.done(*ADD, "--credentials", "-", "--region", "cn-shenzhen", "--auto-sync", "--json", given=GIVEN).row
    assert (piped["regions"], piped["auto_sync"]) == (["cn-shenzhen"], True)
    read = cam.done(*ADD, "--credentials", file, "--json").row
    assert [row["id"] for row in cam.done("accounts", "--json").rows] == [piped["id"], read["id"]]
    assert len(cam.done("accounts", "list", "--provider", "aliyun").out.splitlines()) == 3
    for shown in (cam.done("accounts"), cam.done("accounts", "show", read["id"])):
        assert DEFAULT_KEY.access_key_secret not in shown.out + shown.err


@pytest.mark.parametrize("given", ['{"access_key_secret": "hunter2"', '["hunter2"]', '{"access_key_secret": 2}', ""])
def test_credentials_that_are_none_are_told_without_repeating_them(cam: Cam, given: str) -> None:
    ended = cam(*ADD, "--credentials", "-", given=given)
    assert ended.status == 2
    assert "hunter2" not in ended.err
    assert "JSON object" in ended.err


def test_credentials_on_the_command_line_are_refused_and_not_repeated(cam: Cam) -> None:
    ended = cam(*ADD, "--credentials", GIVEN)
    assert ended.status == 2
    assert DEFAULT_KEY.access_key_secret not in ended.err


def test_nobody_to_ask_is_told(cam: Cam) -> None:
    ended = cam(*ADD)
    assert (ended.status, ended.out) == (2, "")
    assert "--credentials" in ended.err
    assert "aliyun" in cam(*ADD[:3], "nocloud", *ADD[4:]).err


def test_an_account_is_changed_and_what_is_not_given_stays(cam: Cam, account: int) -> None:
    change = ("accounts", "set", account)
    first = cam.done(*change, "--region", "cn-shenzhen", "--type", "ecs", "--every", 600, "--auto-sync", "--json").row
    assert (first["regions"], first["asset_types"], first["sync_interval_seconds"]) == (["cn-shenzhen"], ["ecs"], 600)
    assert (first["sync_priority"], first["sync_timeout_seconds"]) == (3, 1800)
    urgent = cam.done(*change, "--priority", 8, "--timeout", 60, "--json").row
    assert (urgent["sync_priority"], urgent["sync_timeout_seconds"]) == (8, 60)
    second = cam.done(*change, "--all-regions", "--no-auto-sync", "--status", "disabled", "--json").row
    assert (second["regions"], second["asset_types"], second["status"]) == ([], ["ecs"], "disabled")
    third = cam.done(*change, "--no-endpoint", "--all-types", "--credentials", "-", "--json", given=GIVEN).row
    assert (third["endpoint"], third["asset_types"], third["name"]) == (None, [], "demo")
    assert cam(*change).status == 2


def test_a_test_tells_what_may_be_listed_and_its_exit_status_what_may_not(
    cam: Cam, account: int, fake: FakeAliyun
) -> None:
    fine = cam.done("accounts", "test", account)
    assert "ecs" in fine.out
    assert "allowed" in fine.out
    with fake.faults.ordered("denied", action="DescribeInstances"):
        assert cam("accounts", "test", account).status == 4
    with fake.faults.ordered("denied"):
        assert cam("accounts", "test", account, "--json").status in (1, 4)


def test_an_account_is_removed_only_after_a_yes(cam: Cam, service: Service, account: int) -> None:
    assert cam("accounts", "remove", account).status == 2
    with cam.typed("accounts", "remove", account) as terminal:
        terminal.reads("(demo) and its credentials?")
        terminal.types("y")
        assert terminal.ends() == 0
    assert service.get(f"/accounts/{account}").status == 404
    assert "cam accounts add" in cam.done("accounts").err
