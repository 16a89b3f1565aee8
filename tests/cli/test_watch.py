"""``cam watch``: what it shows, how it ends, and what it leaves alone."""

from __future__ import annotations

import re

import pytest

from infra.local.clouds.aliyun import FakeAliyun
from tests.api.conftest import INSTANCES, REGIONS, Service
from tests.api.test_tasks import deny
from tests.cli.conftest import Cam

SYNC = ("submit", "sync-assets", "--provider", "aliyun", "--type", "ecs")


def test_a_task_that_completes_ends_with_0_and_its_counts(cam: Cam, service: Service, account: int) -> None:
    task_id = cam.done(*SYNC).out.strip()
    service.work()
    watched = cam.done("watch", task_id)
    assert watched.out.splitlines()[1].split(", ")[:2] == [f"  {INSTANCES} total", f"{INSTANCES} added"]
    assert watched.err.splitlines() == [f"task {task_id}", "completed 100% 2 of 2 parts"]


def test_a_task_that_fails_ends_with_1_and_the_reason(cam: Cam, failed: str) -> None:
    watched = cam("watch", failed)
    assert watched.status == 1
    assert watched.out.startswith("failed in ")
    assert "Forbidden" in watched.out


@pytest.mark.usefixtures("account")
def test_a_task_that_is_cancelled_ends_with_3(cam: Cam) -> None:
    task_id = cam.done(*SYNC).out.strip()
    assert cam.done("cancel", task_id).out == f"{task_id}: asked to stop\n"
    assert cam("watch", task_id).status == 3


def test_a_sync_of_which_a_part_failed_ends_with_4_and_names_it(
    cam: Cam, service: Service, account: int, fake: FakeAliyun
) -> None:
    task_id = cam.done(*SYNC).out.strip()
    deny(fake, REGIONS[1])
    service.work()
    watched = cam("watch", task_id)
    assert watched.status == 4
    assert watched.out.startswith("partial in ")
    assert f"{account} {REGIONS[1]} ecs: " in watched.out
    assert "1 failed" in watched.err


def test_a_sync_that_was_held_ends_with_4_and_says_why(
    cam: Cam, service: Service, account: int, fake: FakeAliyun
) -> None:
    scope = (*SYNC, "--region", REGIONS[0])
    cam.done(*scope)
    service.work()
    fake.inventory.remove("ecs", REGIONS[0], *fake.inventory.native_ids("ecs", REGIONS[0]))
    task_id = cam.done(*scope).out.strip()
    service.work()
    watched = cam("watch", task_id)
    assert watched.status == 4
    assert f"{account} {REGIONS[0]} ecs: held: " in watched.out


def test_programs_get_a_task_a_line_and_the_last_is_how_it_ended(cam: Cam, service: Service, account: int) -> None:
    task_id = cam.done(*SYNC).out.strip()
    service.work()
    watched = cam.done("watch", task_id, "--json")
    assert watched.err == ""
    last = watched.rows[-1]
    assert (last["id"], last["status"], last["parts"]) == (task_id, "completed", {"total": 2, "done": 2, "failed": 0})


def test_what_is_submitted_can_be_watched_at_once(cam: Cam, service: Service, account: int) -> None:
    with cam.typed(*SYNC, "--watch") as terminal:
        terminal.reads("pending")
        service.work()
        assert terminal.ends() == 0
    assert "completed in " in terminal.text
    assert f"{INSTANCES} total" in terminal.seen


def test_on_a_terminal_there_is_a_bar_for_the_task_and_for_each_part_that_runs(
    cam: Cam, service: Service, account: int, fake: FakeAliyun
) -> None:
    task_id = cam.done(*SYNC).out.strip()
    with cam.typed("watch", task_id) as terminal:
        terminal.reads("━")
        fake.faults.order("slow", region=REGIONS[0], page=1, value=3)
        service.work()
        terminal.reads("of 2 parts")
        assert terminal.ends() == 0
    assert f"{account} {REGIONS[0]} ecs" in terminal.text
    assert not re.search(r"^\s*━", terminal.text, re.MULTILINE), "a bar was drawn that does not say whose it is"


@pytest.mark.usefixtures("account")
def test_ctrl_c_leaves_the_task_alone_and_says_how_to_go_on(cam: Cam, service: Service) -> None:
    task_id = cam.done(*SYNC).out.strip()
    with cam.typed("watch", task_id) as terminal:
        terminal.reads("pending")
        terminal.presses_ctrl_c()
        assert terminal.ends() == 130
    assert f"`cam watch {task_id}`" in terminal.seen
    assert f"`cam cancel {task_id}`" in terminal.seen
    assert service.get(f"/tasks/{task_id}").data["status"] == "pending"


def test_an_unknown_task_and_an_absent_service_are_told_at_once(cam: Cam, nowhere: Cam) -> None:
    assert cam("watch", "01a2076b").err.splitlines()[-1] == "cam: no task '01a2076b'"
    away = nowhere("watch", "01a2076b")
    assert (away.status, away.out) == (5, "")
    assert "make run" in away.err


def test_a_pipe_has_no_colours_and_a_terminal_has(cam: Cam, failed: str) -> None:
    piped = cam("watch", failed)
    assert "\x1b" not in piped.out + piped.err
    with cam.typed("watch", failed) as terminal:
        assert terminal.ends() == 1
    assert "\x1b[31mfailed\x1b[0m" in terminal.seen
