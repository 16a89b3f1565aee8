# SPDX-License-Identifier: GPL-2.0-only
"""The embedded store as a process: ``python -P embedded_store.py --port N --data DIR --sweep-seconds S``.

Does what ``python -m secantus`` does, and one thing more: that command (0.7.0b3) reads how often it is to sweep for
expired documents, and sweeps each minute all the same. A sweep reads every document of each collection in which any can
expire, and all others wait for it.

Prints ``listening on HOST:PORT`` and ends on SIGTERM. Alone in this project, this file is linked with the store, and
therefore under its licence; nothing imports it.
"""

from __future__ import annotations

import argparse
import logging
import signal
from pathlib import Path

from secantus import SecantusDBServer


def main() -> None:
    parser = argparse.ArgumentParser(description="A server that speaks MongoDB's protocol")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--data", type=Path, required=True, help="directory that keeps the data")
    parser.add_argument("--sweep-seconds", type=float, required=True, help="from one sweep to the next")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    server = SecantusDBServer(
        "127.0.0.1",
        arguments.port,
        str(arguments.data),
        replica_set_name=None,
        enable_test_commands=False,
        ttl_sweep_seconds=arguments.sweep_seconds,
        sync_on_commit=True,
    )
    server.start()
    signal.sigwait(ends)
    server.stop()


if __name__ == "__main__":
    main()
