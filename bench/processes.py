"""A process and all that it started, as /proc has them."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, and of those of its children that have ended."""
    fields = _stat(pid)
    return sum(map(int, fields[11:15])) / TICKS


def tree(pid: int) -> list[int]:
    """``pid`` first, then whatever descends from it."""
    children: dict[int, list[int]] = defaultdict(list)
    for found in _pids():
        with suppress(FileNotFoundError, ProcessLookupError):
            children[int(_stat(found)[1])].append(found)
    members = [pid]
    for member in members:
        members.extend(children[member])
    return members


def send(number: signal.Signals, pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _pids() -> Iterator[int]:
    return (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat that follow the command, which may have blanks: the state is the first (proc(5))."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
