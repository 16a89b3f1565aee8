"""``cam submit``: whatever the service's document has."""

from __future__ import annotations

import pytest

from tests.api.conftest import REGIONS, Service
from tests.cli.conftest import Cam

SYNC = ("submit", "sync-assets", "--provider", "aliyun")
WIDE = {"COLUMNS": "200"}


def test_every_task_type_is_a_command_with_an_option_for_each_field(cam: Cam) -> None:
    told = cam.done("submit", "--help", **WIDE).out
    for task_type in ("sync-assets", "discover-assets", "export-assets"):
        assert task_type in told
    options = cam.done(*SYNC[:2], "--help", **WIDE).out
    for option in ("--provider", "--type", "--region", "--account", "--confirm-deletions", "--dry-run", "--priority"):
        assert option in options
    assert "all that the accounts are set to" in options


@pytest.mark.usefixtures("account")
def test_what_is_given_arrives_and_only_the_id_is_on_stdout(cam: Cam, service: Service) -> None:
    regions = [word for region in REGIONS for word in ("--region", region)]
    submitted = cam.done(*SYNC, *regions, "--type", "ecs", "--account", 123, "--priority", 8, "--dry-run")
    task = service.get(f"/tasks/{submitted.out.strip()}").data
    assert task["params"] == {
        "provider": "aliyun",
        "asset_types": ["ecs"],
        "account_id": 123,
        "regions": list(REGIONS),
        "confirm_deletions": False,
        "dry_run": True,
    }
    assert (task["priority"], task["created_by"]) == (8, "ann")
    assert f"cam watch {task['id']}" in submitted.err


@pytest.mark.usefixtures("account")
def test_tags_are_pairs(cam: Cam, service: Service) -> None:
    submitted = cam.done("submit", "export-assets", "--tag", "Env=prod", "--tag", "a=b=c", "--json").row
    assert service.get(f"/tasks/{submitted['task_id']}").data["params"]["tags"] == {"Env": "prod", "a": "b=c"}
    wrong = cam("submit", "export-assets", "--tag", "Env")
    assert (wrong.status, wrong.err) == (2, "cam: 'Env' must be KEY=VALUE\n")


@pytest.mark.usefixtures("account")
def test_the_same_work_is_not_submitted_twice(cam: Cam) -> None:
    keyed = ("submit", "discover-assets", "--provider", "aliyun", "--idempotency-key", "tonight")
    assert cam.done(*keyed).out == cam.done(*keyed).out
    first, second = cam.done(*SYNC), cam.done(*SYNC)
    assert second.out == first.out
    assert "active already" in second.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (SYNC[:2], "Missing option '--provider'"),
        ((*SYNC, "--priority", "urgent"), "--priority"),
        ((*SYNC, "--priority", "11"), "priority: Input should be less than or equal to 9"),
        ((*SYNC[:3], "nocloud"), "'nocloud' is not one of"),
        ((*SYNC, "--colour", "red"), "No such option"),
        (("submit", "paint-assets"), "No such command"),
    ],
)
def test_a_wrong_command_line_is_told_and_ends_with_2(cam: Cam, arguments: tuple[str, ...], said: str) -> None:
    ended = cam(*arguments, **WIDE)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err
