"""Tasks from the command line: looking at them, and acting on one or on many."""

from __future__ import annotations

import pytest

from tests.api.conftest import Service
from tests.cli.conftest import Cam

DISCOVER = {"provider": "aliyun", "asset_types": ["ecs"]}


def submitted(service: Service, count: int) -> list[str]:
    return [service.post("/tasks/discover-assets", DISCOVER).data["task_id"] for _ in range(count)]


@pytest.mark.usefixtures("account")
def test_programs_get_every_task_and_people_the_newest_with_word_of_the_rest(cam: Cam, service: Service) -> None:
    ids = submitted(service, 103)
    listed = cam.done("tasks", "--json")
    assert [row["id"] for row in listed.rows] == ids[::-1]
    assert listed.err == ""
    shown = cam.done("tasks")
    assert [line.split()[0] for line in shown.out.splitlines()] == ["id", *ids[:-51:-1]]
    assert shown.err == "50 of 103 shown; --limit 0 shows all\n"
    assert len(cam.done("tasks", "--limit", 0).out.splitlines()) == 104
    assert len(cam.done("tasks", "--json", "--limit", 101).rows) == 101


def test_tasks_are_chosen_by_what_the_api_chooses_by(cam: Cam, service: Service, failed: str) -> None:
    (pending,) = submitted(service, 1)
    for chosen in (
        ("--type", "sync_assets"),
        ("--type", "sync-assets"),
        ("--status", "failed"),
        ("--created-by", "ann"),
        ("--error", "forbidden"),
        ("--since", "1h", "--error", "forbidden"),
    ):
        assert [row["id"] for row in cam.done("tasks", *chosen, "--json").rows] == [failed], chosen
    assert [row["id"] for row in cam.done("tasks", "--status", "pending", "--json").rows] == [pending]
    assert len(cam.done("tasks", "--children", "--json").rows) == 4
    none = cam.done("tasks", "--until", "2020-01-01")
    assert (none.out, none.err) == ("", "no task is like that\n")


def test_a_time_that_is_none_is_told(cam: Cam) -> None:
    ended = cam("tasks", "--since", "yesterday")
    assert ended.status == 2
    assert "12h" in ended.err


def test_one_task_is_shown_with_its_timeline_and_the_parts_that_failed(cam: Cam, failed: str) -> None:
    shown = cam.done("task", failed)
    for word in ("sync_assets", "failed", "Forbidden", "by ann", "fanned_out"):
        assert word in shown.out, word
    assert shown.err.count("failed part 123 ") == 2
    assert cam.done("task", failed, "--json").row["id"] == failed
    missing = cam("task", "../lanes")
    assert (missing.status, missing.err[:13]) == (1, "cam: no task ")


def test_the_link_to_an_exported_file_is_not_shown(cam: Cam, service: Service) -> None:
    task_id = service.post("/tasks/export-assets", {"format": "csv"}).data["task_id"]
    service.work()
    shown = cam.done("task", task_id)
    assert "X-Amz" not in shown.out
    assert "cam export --task" in shown.out
    assert "X-Amz" not in cam.done("watch", task_id).out


@pytest.mark.usefixtures("account")
def test_tasks_are_cancelled_by_id_and_one_that_cannot_be_does_not_keep_the_others(cam: Cam, service: Service) -> None:
    first, second = submitted(service, 2)
    ended = cam("cancel", first, "unknown", second)
    assert (ended.status, ended.err) == (1, "unknown: no task 'unknown'\n")
    assert {service.get(f"/tasks/{task_id}").data["status"] for task_id in (first, second)} == {"cancelled"}


@pytest.mark.usefixtures("account")
def test_many_tasks_are_cancelled_only_after_a_look_and_a_yes(cam: Cam, service: Service) -> None:
    submitted(service, 3)
    chosen = ("cancel", "--type", "discover-assets")
    assert cam.done(*chosen, "--dry-run").out == "3 tasks would be cancelled\n"
    unasked = cam(*chosen)
    assert unasked.status == 2
    assert "--yes" in unasked.err
    with cam.typed(*chosen) as terminal:
        terminal.reads("3 tasks will be cancelled. Go on? [y/N]")
        terminal.types("n")
        assert terminal.ends() == 1
    assert cam.shell('"$@" <&-', *chosen).status == 2
    assert service.get("/tasks?status=pending").data["total"] == 3
    with cam.typed(*chosen) as terminal:
        terminal.reads("[y/N]")
        terminal.types("y")
        terminal.reads("3 cancelled")
        assert terminal.ends() == 0
    assert service.get("/tasks?status=cancelled").data["total"] == 3
    retry = cam.done("retry", "--status", "cancelled", "--yes")
    assert retry.out == "3 started afresh\n"
    assert service.get("/tasks?status=pending").data["total"] == 3


@pytest.mark.parametrize("command", ["cancel", "retry"])
def test_without_saying_which_no_task_is_touched(cam: Cam, command: str) -> None:
    for arguments in ((), ("some-id", "--type", "sync_assets"), ("some-id", "--dry-run")):
        assert cam(command, *arguments).status == 2


def test_a_failed_task_is_retried_and_deleted_by_id(cam: Cam, service: Service, failed: str) -> None:
    assert cam.done("retry", failed).out == f"{failed}: starts afresh\n"
    service.work()
    assert service.get(f"/tasks/{failed}").data["status"] == "completed"
    assert cam("delete", failed).status == 2
    assert cam.done("delete", failed, "--yes").out == f"{failed}: removed\n"
    assert service.get(f"/tasks/{failed}").status == 404


def test_dead_letters_are_listed_redriven_and_dropped(cam: Cam, service: Service, failed: str) -> None:
    assert cam.done("dead-letters", "--json").row["id"] == failed
    assert failed in cam.done("dead-letters", "list", "--error", "forbidden").out
    assert cam.done("dead-letters", "redrive", "--error", "throttl", "--dry-run").out == "0 tasks would start afresh\n"
    assert cam.done("dead-letters", "redrive", "--dry-run").out == "1 tasks would start afresh\n"
    assert service.get(f"/tasks/{failed}").data["status"] == "failed"
    assert cam.done("dead-letters", "drop", failed, "--yes").out == f"{failed}: removed\n"
    assert cam.done("dead-letters").err == "there are no dead letters\n"
    assert cam("dead-letters", "drop", failed, "--yes").status == 1


def test_a_dead_letter_that_is_redriven_runs_again(cam: Cam, service: Service, failed: str) -> None:
    assert cam.done("dead-letters", "redrive", "--yes").out == "1 started afresh\n"
    service.work()
    assert service.get(f"/tasks/{failed}").data["status"] == "completed"
