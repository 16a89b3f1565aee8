"""What is read of processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from bench.processes import cpu_seconds, send, tree

CHILD = "print(1, flush=True); input()"
PARENT_AND_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {CHILD!r}])"


def test_a_tree_has_a_process_and_what_it_started_and_can_be_stopped_as_one() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT_AND_CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        members = tree(parent.pid)
        assert (members[0], len(members)) == (parent.pid, 2)
        assert set(members) < set(tree(os.getpid()))
        send(signal.SIGKILL, members)
    send(signal.SIGKILL, members)  # those that have ended are passed over


def test_cpu_time_counts_work_and_that_of_children_that_have_ended() -> None:
    before = cpu_seconds(os.getpid())
    subprocess.run([sys.executable, "-c", "sum(range(10_000_000))"], check=True)
    after = cpu_seconds(os.getpid())
    assert after > before
    until = time.process_time() + 0.05
    while time.process_time() < until:
        pass
    assert cpu_seconds(os.getpid()) > after
