"""Services that die come back; services taken down stay down."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from infra.local.keeper import Keeper
from infra.local.processes import Child, StartError
from infra.local.services import Service
from tests.support.conditions import eventually

SERVE = "import signal; print('listening on', flush=True); signal.pause()"


def service(name: str, tmp_path: Path, code: str = SERVE) -> Service:
    return Service(
        name,
        "a test",
        1,
        lambda: Child(name, [sys.executable, "-c", code], log=tmp_path / f"{name}.log"),
        lambda child: child.wait_for_line("listening on", within=20),
    )


@contextmanager
def keeping(tmp_path: Path, *services: Service) -> Iterator[tuple[Keeper, list[str]]]:
    revived: list[str] = []
    keeper = Keeper(services, tmp_path, say=lambda _: None, revived=revived.append)
    keeper.launch()
    try:
        keeper.wait_ready()
        keeper.watch()
        yield keeper, revived
    finally:
        keeper.stop()


def test_a_service_that_dies_is_started_again_under_its_new_pid(tmp_path: Path) -> None:
    with keeping(tmp_path, service("one", tmp_path), service("two", tmp_path)) as (keeper, revived):
        first, other = keeper.pid("one"), keeper.pid("two")
        assert first
        os.kill(first, signal.SIGKILL)
        eventually(lambda: revived == ["one"], within=20)
        assert keeper.pid("one") not in (None, first)
        assert (tmp_path / "one.pid").read_text() == f"{keeper.pid('one')}\n"
        assert keeper.pid("two") == other


def test_a_service_taken_down_stays_down_until_it_is_brought_up(tmp_path: Path) -> None:
    with keeping(tmp_path, service("one", tmp_path), service("two", tmp_path)) as (keeper, revived):
        keeper.down("one")
        second = keeper.pid("two")
        assert second
        os.kill(second, signal.SIGKILL)
        eventually(lambda: revived == ["two"], within=20)  # the watch has looked at both meanwhile
        assert keeper.pid("one") is None
        assert not (tmp_path / "one.pid").exists()
        keeper.up("one")
        assert keeper.pid("one")


def test_stopping_leaves_no_process_and_no_pid_file(tmp_path: Path) -> None:
    with keeping(tmp_path, service("one", tmp_path), service("two", tmp_path)) as (keeper, _):
        pids = [keeper.pid("one"), keeper.pid("two")]
    for pid in pids:
        assert pid
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert not list(tmp_path.glob("*.pid"))


def test_a_service_that_cannot_start_shows_its_last_words(tmp_path: Path) -> None:
    keeper = Keeper([service("one", tmp_path, "exit('no disk')")], tmp_path, say=lambda _: None)
    keeper.launch()
    try:
        with pytest.raises(StartError, match="no disk"):
            keeper.wait_ready()
    finally:
        keeper.stop()
