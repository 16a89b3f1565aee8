"""A warm process that forks one life at a time as it is told: `python -m tests.faults.crashes.host`.

Each line of its input is a life as JSON with a ``number``. It prints ``number pid`` when the life began and
``number status`` when it ended: 0, or minus the signal that ended it. It ends, with all its lives, when its input does.
"""

from __future__ import annotations

import ctypes
import json
import os
import select
import signal
import traceback
from typing import Any

from tests.faults.crashes.life import Life, live, queue_client

PR_SET_PDEATHSIG = 1
LOOK_SECONDS = 0.005


def main() -> None:
    queue_client("http://127.0.0.1:9")  # reads the description of the service once, for all forks
    libc = ctypes.CDLL(None)
    lives: dict[int, int] = {}
    unread = b""
    while True:
        if select.select([0], [], [], LOOK_SECONDS if lives else None)[0]:
            received = os.read(0, 1 << 16)
            if not received:
                break
            *lines, unread = (unread + received).split(b"\n")
            for line in lines:
                request = json.loads(line)
                pid = _begin(libc, request["life"])
                lives[pid] = request["number"]
                print(request["number"], pid, flush=True)
        _bury(lives)
    for pid in lives:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def _begin(libc: ctypes.CDLL, life: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.close(0)
    os.dup2(2, 1)  # what the product logs is no answer of ours
    try:
        live(Life(**life))
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _bury(lives: dict[int, int]) -> None:
    while lives:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        print(lives.pop(pid), os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
