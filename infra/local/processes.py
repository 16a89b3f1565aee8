"""Child processes that cannot outlive their parent."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL", "--")
"""A program of util-linux that asks the kernel for it and then becomes the command."""


class StartError(Exception):
    """A process did not come up; the message holds the last lines it printed."""


class Child:
    """One child process whose output is drained into ``log`` and which is killed when this process dies.

    On Linux the kernel ties the child's life to the *thread* that started it: start children from a thread that
    lives as long as they should.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self._lines: deque[str] = deque(maxlen=200)
        self._changed = threading.Condition()
        self._closed = False
        log.parent.mkdir(parents=True, exist_ok=True)
        self._log = log
        self._process = subprocess.Popen(
            [*DIE_WITH_PARENT, *command],
            cwd=cwd,
            env=dict(os.environ) | dict(env or {}) | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops its children in order
        )
        assert self._process.stdout is not None
        self._drain = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._drain.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def returncode(self) -> int | None:
        return self._process.poll()

    def wait_for_line(self, pattern: str, *, within: float) -> re.Match[str]:
        """The first match in the output so far or to come. Raises StartError when it ends or takes longer."""
        deadline = time.monotonic() + within
        with self._changed:
            while True:
                for line in self._lines:
                    if match := re.search(pattern, line):
                        return match
                left = deadline - time.monotonic()
                if self._closed or left <= 0:
                    why = "ended" if self._closed else f"was not ready within {within:g} s"
                    raise StartError(f"{self.name} {why}:\n" + "".join(list(self._lines)[-15:]))
                self._changed.wait(left)

    def signal(self, number: signal.Signals) -> None:
        if self.running:
            self._process.send_signal(number)

    def wait(self, timeout: float | None = None) -> int:
        """The exit status. Raises ``subprocess.TimeoutExpired``."""
        return self._process.wait(timeout)

    def stop(self, *, grace: float = 5) -> None:
        """Ask the process to end and kill it if it has not after ``grace`` seconds."""
        self.signal(signal.SIGTERM)
        try:
            self._process.wait(grace)
        except subprocess.TimeoutExpired:
            self.kill()
        self._drain.join()

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self._process.wait()
        self._drain.join()

    def _read(self, stream: IO[str]) -> None:
        with stream, self._log.open("a") as log:
            for line in stream:
                log.write(line)
                log.flush()
                with self._changed:
                    self._lines.append(line)
                    self._changed.notify_all()
        with self._changed:
            self._closed = True
            self._changed.notify_all()
