"""This service as a contestant. As a program it is the event source, which AWS runs, with one process of the function:
``python -m bench.peers.ours FOLDER``.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from bench.substrate import container
from bench.task_types import NOTHING
from chalicelib.tasks.model import TaskStatus
from chalicelib.tasks.service import Caller
from infra.local import emulator
from infra.local.event_source import EventSource
from infra.local.function import FunctionEnvironment
from infra.local.functions import Function

READY_SECONDS = 60
_container = container({})
_tasks = _container.database["tasks"]


def submit(count: int) -> None:
    caller = Caller("default", "bench")
    for _ in range(count):
        _container.tasks.submit(NOTHING, {}, caller=caller)


def done() -> int:
    return _tasks.count_documents({"tenant": "default", "parent_id": None, "status": TaskStatus.COMPLETED.value})


def reset() -> None:
    _tasks.delete_many({})


def main(folder: Path) -> None:
    settings = _container.settings
    function = Function("bench-consume-normal", "bench.peers.functions.consume_normal")
    process = FunctionEnvironment(
        "worker", function, environ=os.environ, log=folder / "worker.log", pid_file=folder / "worker.pid"
    )
    sqs = emulator.sqs_client(settings.aws_endpoint_url)
    source = EventSource(sqs, settings.queue_normal_url, [process])
    source.start()
    source.wait_ready(READY_SECONDS)
    print("ready", flush=True)
    signal.sigwait({signal.SIGTERM})
    source.stop()


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    main(Path(sys.argv[1]))
