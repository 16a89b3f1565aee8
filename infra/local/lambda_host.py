"""What runs inside a worker process: Lambda's own runtime client, plus a way to be told that the end is near.

Lambda gives its functions no such warning. Here SIGTERM stands for it: a thread of its own waits for the signal, as
the main thread may be anywhere when it comes, and holding any lock.
"""

from __future__ import annotations

import importlib
import os
import signal
import sys
import threading
from collections.abc import Callable


def main(handler: str, drain: str | None) -> None:
    """Serve invocations of ``handler`` until the runtime API goes away."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # threads inherit it: only the waiting one takes it
    if drain:
        threading.Thread(target=_drain_on_signal, args=(drain,), name="drain", daemon=True).start()
    from awslambdaric.__main__ import main as serve  # noqa: PLC0415 - reads the environment when imported

    serve(["awslambdaric", handler])


def drain_worker() -> None:
    """Make the tasks that run in this process hand themselves back."""
    container = importlib.import_module("chalicelib.container")
    container.current().worker.drain()


def _drain_on_signal(dotted: str) -> None:
    signal.sigwait({signal.SIGTERM})
    module, _, name = dotted.rpartition(".")
    hook: Callable[[], object] = getattr(importlib.import_module(module), name)
    hook()


if __name__ == "__main__":
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None)
