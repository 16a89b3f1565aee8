"""The command as a whole: what it depends on, what is installed of it, what it says of itself."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer

import camcli
from camcli.exits import Exit
from camcli.main import app
from tests.api.conftest import Service
from tests.cli.conftest import PROJECT, Cam

OWN = {"typer", "rich", "httpx"}
FILTERS: dict[tuple[str, ...], tuple[str, dict[str, str]]] = {
    ("tasks",): (
        "/tasks",
        {
            "type": "--type",
            "status": "--status",
            "created_by": "--created-by",
            "provider": "--provider",
            "account_id": "--account",
            "region": "--region",
            "asset_type": "--asset-type",
            "start_date": "--since",
            "end_date": "--until",
            "error": "--error",
            "include_children": "--children",
        },
    ),
    ("dead-letters", "list"): (
        "/dead-letters",
        {
            "type": "--type",
            "error": "--error",
            "failed_since": "--failed-since",
            "failed_until": "--failed-until",
            "start_date": "--since",
            "end_date": "--until",
        },
    ),
    ("assets",): (
        "/assets",
        {
            "provider": "--provider",
            "account_id": "--account",
            "region": "--region",
            "type": "--type",
            "q": "--query",
            "status": "--status",
            "name": "--name",
            "native_id": "--native-id",
            "ip": "--ip",
            "refers_to": "--refers-to",
            "first_seen_since": "--first-seen-since",
            "changed_since": "--changed-since",
            "deleted": "--deleted",
            "sort": "--sort",
            "tag.KEY": "--tag",
        },
    ),
    ("changes",): (
        "/changes",
        {
            "since": "--since",
            "provider": "--provider",
            "account_id": "--account",
            "region": "--region",
            "type": "--type",
            "kind": "--kind",
        },
    ),
    ("scopes",): ("/scopes", {"provider": "--provider", "account_id": "--account", "verdict": "--verdict"}),
    ("audit",): (
        "/audit",
        {
            "subject": "--subject",
            "operation": "--operation",
            "target": "--target",
            "start_date": "--since",
            "end_date": "--until",
        },
    ),
    ("summary",): ("/assets/summary", {"days": "--days"}),
    ("accounts", "list"): ("/accounts", {"provider": "--provider", "status": "--status"}),
}
"""For each list, the API's path and what each of its parameters is called here."""
PAGING = {"limit", "offset", "cursor"}


def command(*names: str) -> Any:
    found: Any = typer.main.get_command(app)
    for name in names:
        found = found.commands[name]
    return found


@pytest.mark.parametrize("names", FILTERS, ids=" ".join)
def test_a_list_is_filtered_by_everything_that_the_api_filters_by(service: Service, names: tuple[str, ...]) -> None:
    path, options = FILTERS[names]
    document = service.client.http.get("/openapi.json").json_body
    parameters = {it["name"] for it in document["paths"][path]["get"]["parameters"] if it["in"] == "query"}
    assert parameters - PAGING == options.keys()
    assert set(options.values()) <= {option for parameter in command(*names).params for option in parameter.opts}


def test_help_and_version_need_no_service(nowhere: Cam) -> None:
    told = " ".join(nowhere.done("--help").out.split())
    for status in Exit:
        assert f"{status.value} {status.told}" in told
    assert nowhere.done("--version").out == f"cam {camcli.__version__}\n"


def test_no_service_is_told_with_what_to_do(nowhere: Cam) -> None:
    for arguments in (("tasks",), ("submit", "--help"), ("asset", "x")):
        ended = nowhere(*arguments)
        assert ended.status == 5
        assert "connection refused" in ended.err
        assert "`make run`" in ended.err


def test_shells_complete_commands_without_a_service(nowhere: Cam) -> None:
    words = {"_TYPER_COMPLETE_ARGS": "cam dead-", "_CAM_COMPLETE": "complete_zsh"}
    assert "dead-letters" in nowhere.done(**words).out
    words = {"_TYPER_COMPLETE_ARGS": "cam submit ", "_CAM_COMPLETE": "complete_zsh"}
    assert nowhere(**words).err == ""


def test_shells_complete_the_task_types_of_the_service(cam: Cam) -> None:
    words = {"_TYPER_COMPLETE_ARGS": "cam submit sy", "_CAM_COMPLETE": "complete_zsh"}
    assert "sync-assets" in cam.done(**words).out


def test_it_imports_only_what_it_declares() -> None:
    imported = {
        name.partition(".")[0]
        for file in (PROJECT / "camcli").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - set(sys.stdlib_module_names) - {"camcli"} == OWN
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {one.partition(">")[0] for one in declared["dependencies"]} == OWN
    assert declared["version"] == camcli.__version__


def test_what_is_installed_is_the_command_alone(tmp_path: Path) -> None:
    build = "import hatchling.build, sys; print(hatchling.build.build_wheel(sys.argv[1]))"
    made = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    with zipfile.ZipFile(tmp_path / made.stdout.split()[-1]) as wheel:
        names = wheel.namelist()
        (entries,) = (wheel.read(name).decode() for name in names if name.endswith("entry_points.txt"))
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"camcli", "cam_tasks"}
    assert "camcli/commands/tasks.py" in names
    assert "cam = camcli.main:main" in entries


def test_help_loads_neither_the_http_client_nor_tables() -> None:
    loaded = "import sys, camcli.main; print({'httpx', 'rich.table', 'rich.progress'} & set(sys.modules))"
    made = subprocess.run([sys.executable, "-c", loaded], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert made.stdout == "set()\n"
