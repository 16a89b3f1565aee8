"""``cam`` as people and programs run it: a process of its own, in a pipe or on a terminal, against the real API."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pexpect
import pytest

from infra.local import api
from infra.local.clouds.aliyun import FakeAliyun
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory
from tests.api.conftest import Service, account, cloud, fake, service
from tests.support import forked
from tests.support.stack import free_ports

__all__ = ["account", "cloud", "fake", "service"]

PROJECT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "camcli"]
ROWS, COLUMNS = 50, 160
PATIENCE_SECONDS = 180
"""What a sync that is watched to its end may take on a busy machine."""
_MARKS = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Elsewhere:
    """What a server of this machine needs to be one; ``answer`` is the test's."""

    def __init__(self) -> None:
        self.faults = FaultBook()
        self.requests: Counter[str] = Counter()
        self.inventory = Inventory({}, ())


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    status: int
    out: str
    err: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.err, self.err

    @property
    def rows(self) -> list[Any]:
        """The lines of JSON that it printed."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def row(self) -> Any:
        (only,) = self.rows
        return only


@dataclass(frozen=True)
class Cam:
    """The command with an environment and a home of its own, run in ``folder``."""

    environ: dict[str, str]
    folder: Path = PROJECT

    def __call__(self, *arguments: object, given: str = "", **environ: str) -> Ended:
        """Run to its end, no terminal in sight; ``given`` is its stdin."""
        words, environ = [*map(str, arguments)], self.environ | environ
        return Ended(*forked.cam(words, given=given, environ=environ, folder=self.folder, within=PATIENCE_SECONDS))

    def shell(self, script: str, *arguments: object) -> Ended:
        """Run by a shell, where ``"$@"`` is the command."""
        ended = subprocess.run(
            ["bash", "-o", "pipefail", "-c", script, "bash", *COMMAND, *map(str, arguments)],
            env=self.environ,
            cwd=self.folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def done(self, *arguments: object, **options: Any) -> Ended:
        """Run with success."""
        ended = self(*arguments, **options)
        assert ended.status == 0, ended
        return ended

    @contextmanager
    def typed(self, *arguments: object, **environ: str) -> Iterator[Terminal]:
        """Run on a terminal."""
        spawned = pexpect.spawn(
            COMMAND[0],
            [*COMMAND[1:], *map(str, arguments)],
            env=self.environ | environ,
            cwd=str(self.folder),
            dimensions=(ROWS, COLUMNS),
            encoding="utf-8",
            timeout=PATIENCE_SECONDS,
            preexec_fn=_heeds_ctrl_c,
        )
        try:
            yield Terminal(spawned)
        finally:
            spawned.close(force=True)


def _heeds_ctrl_c() -> None:
    """What a shell runs in its background does not, nor what that starts: the tests, perhaps, and then ``cam``."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Terminal:
    """Somebody at a terminal: reads what appears and types."""

    def __init__(self, spawned: Any) -> None:
        self._spawned = spawned
        self.seen = ""

    @property
    def text(self) -> str:
        """What has been seen, without colours and movements."""
        return _MARKS.sub("", self.seen)

    def reads(self, text: str) -> None:
        """Waits until ``text`` appears."""
        self._spawned.expect_exact(text)
        self.seen += self._spawned.before + self._spawned.after

    def types(self, line: str) -> None:
        self._spawned.sendline(line)

    def presses_ctrl_c(self) -> None:
        self._spawned.sendintr()

    def ends(self) -> int:
        """Its exit status, once all it printed is read."""
        self._spawned.expect(pexpect.EOF)
        self.seen += self._spawned.before
        self._spawned.close()
        assert "Traceback" not in self.seen, self.seen
        return int(self._spawned.exitstatus)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """The app on a port; which service it is changes below."""
    from app import app  # noqa: PLC0415  as late as a Lambda would

    local, in_flight = api.serve(app, 0)
    thread = threading.Thread(target=local.server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{local.server.server_port}"
    local.server.shutdown()
    thread.join()
    local.server.server_close()
    in_flight.wait_for_none(5)


@pytest.fixture
def url(service: Service, address: str) -> str:
    """The service on a port."""
    return address


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has never run the command."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONDONTWRITEBYTECODE") if name in os.environ}
    folder = tmp_path / "home"
    folder.mkdir()
    return kept | {"HOME": str(folder), "USER": "ann", "LANG": "C.UTF-8", "TERM": "xterm-256color"}


@pytest.fixture
def nowhere(home: dict[str, str]) -> Cam:
    """The command where no service is."""
    return Cam(home | {"CAM_URL": f"http://127.0.0.1:{free_ports(1)[0]}"})


@pytest.fixture
def cam(home: dict[str, str], url: str) -> Cam:
    return Cam(home | {"CAM_URL": url})


@pytest.fixture
def failed(cam: Cam, service: Service, account: int, fake: FakeAliyun) -> str:
    """A task that failed for good; the cloud is well again afterwards."""
    submit = ("submit", "sync-assets", "--provider", "aliyun", "--type", "ecs")
    task_id = cam.done(*submit).out.strip()
    with fake.faults.ordered("denied", action="DescribeInstances"):
        service.work()
    return task_id
