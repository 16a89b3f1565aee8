"""``make run`` as a command: how it starts, what it says, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local.config import PROJECT
from infra.local.ports import FolderLock
from infra.local.processes import Child
from tests.e2e.conftest import Client
from tests.support.conditions import eventually
from tests.support.stack import stack_environment

COMMAND = [sys.executable, "-m", "infra.local"]
NAMES = {
    "api",
    "mongodb",
    "emulator",
    "aws",
    "aliyun",
    "tencent",
    "huawei",
    "volcano",
    "worker-1",
    "worker-2",
    "worker-3",
    "clock",
}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Also what developers have in theirs, and what must not matter."""
    proxy = "http://127.0.0.1:9"
    elsewhere = {"AWS_PROFILE": "absent", "HTTP_PROXY": proxy, "HTTPS_PROXY": proxy, "http_proxy": proxy}
    return {**stack_environment(tmp_path / "local"), **elsewhere, "WORKERS": "3"}


@contextmanager
def running(environment: Mapping[str, str], tmp_path: Path) -> Iterator[Child]:
    stack = Child("stack", COMMAND, log=tmp_path / "console", cwd=PROJECT, env=environment)
    try:
        stack.wait_for_line("is ready at", within=60)
        yield stack
    finally:
        stack.stop(grace=30)


def pids(environment: Mapping[str, str]) -> dict[str, int]:
    files = Path(environment["LOCAL_DIR"], "run").glob("*.pid")
    return {file.stem: int(file.read_text()) for file in files}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def refused(environment: Mapping[str, str]) -> str:
    """Start a stack that must not start; answers what it says."""
    ended = subprocess.run(
        COMMAND,
        env={**os.environ, **environment},
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    return str(ended.stderr)


def test_ctrl_c_hands_running_work_back_and_leaves_nothing_and_the_next_start_goes_on(
    environment: dict[str, str], tmp_path: Path
) -> None:
    url = f"http://localhost:{environment['PORT']}"
    with running(environment, tmp_path) as stack:
        started = pids(environment)
        client = Client(url)
        task_id = client.sync("aliyun", "cn-shenzhen", "cn-hongkong")
        client.in_the_midst(task_id)
        client.close()
        stack.signal(signal.SIGINT)
        assert stack.wait(30) == 0
    assert started.keys() == NAMES
    assert not [name for name, pid in started.items() if alive(pid)]
    assert not pids(environment)
    assert "nothing is left running" in (tmp_path / "console").read_text()

    with running(environment, tmp_path):
        client = Client(url)
        task = client.ended(task_id)
        assert task["status"] == "completed"
        children = client.get(f"/tasks/{task_id}/children", limit=100)["tasks"]
        events = {entry["event"] for it in (task, *children) for entry in it["timeline"]}
        assert events & {"handed_back", "continued"}
        assert client.get("/assets", provider="aliyun", limit=1)["total"] == task["result"]["total_count"] == 2300
        client.close()


def test_a_killed_supervisor_takes_everything_with_it_and_two_signals_end_the_next_start_at_once(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with running(environment, tmp_path) as stack:
        started = pids(environment)
        stack.kill()
        eventually(lambda: not any(alive(pid) for pid in started.values()), within=10)
    with running(environment, tmp_path) as stack:
        started = pids(environment)
        assert started.keys() == NAMES
        stack.signal(signal.SIGINT)
        stack.wait_for_line("stopping", within=10)
        stack.signal(signal.SIGINT)
        assert stack.wait(5) == 128 + signal.SIGINT
        eventually(lambda: not any(alive(pid) for pid in started.values()), within=5)
    assert not pids(environment)


def test_a_taken_port_is_one_clear_line(environment: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        said = refused({**environment, "MONGODB_PORT": str(port)})
    assert said.splitlines() == [
        f"cannot start: port {port}, wanted by mongodb, is taken: end what listens there or set MONGODB_PORT"
    ]


def test_a_second_stack_on_the_same_folder_is_refused(environment: dict[str, str]) -> None:
    with FolderLock(Path(environment["LOCAL_DIR"])):
        assert f"another stack (pid {os.getpid()}) uses" in refused(environment)


def test_a_wrong_setting_is_one_clear_line(environment: dict[str, str]) -> None:
    assert refused({**environment, "WORKERS": "many"}).splitlines() == [
        "cannot start: WORKERS must be a whole number from 1 to 64, not 'many'"
    ]
