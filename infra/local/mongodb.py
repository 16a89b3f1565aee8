"""The embedded MongoDB-compatible server: a process of its own, reached over the wire only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pymongo import ASCENDING, IndexModel, MongoClient

from infra.local.processes import Child

SERVER = Path(__file__).with_name("embedded_store.py")
"""Run by its path, as none of this package is to be loaded with it."""
READY_SECONDS = 20

SWEEP_SECONDS = 3600
"""How often what has expired is removed. The server reads every document for it and answers nothing meanwhile: seconds
with 30,000 assets.
"""
LOOK_UPS = [
    IndexModel([("tenant", ASCENDING), ("requests.key", ASCENDING), ("_id", ASCENDING)], name="local_idempotency"),
    IndexModel([("dedupe_key", ASCENDING), ("_id", ASCENDING)], name="local_active"),
]
"""What finds the task that a repeated submission is answered with. The service's own indexes for that are partial: the
server keeps keys unique by them, but looks nothing up, and would read every task.
"""


def start(
    data: Path, *, port: int = 0, log: Path | None = None, sweep_seconds: float = SWEEP_SECONDS
) -> tuple[Child, str]:
    """Start a server whose acknowledged writes survive a kill; returns it and its URI.

    ``port`` 0 takes any free one. Raises StartError, for example when another server uses ``data``.
    """
    data.mkdir(parents=True, exist_ok=True)
    server = Child(
        "mongodb",
        [
            *(sys.executable, "-P", str(SERVER), "--port", str(port)),
            *("--data", str(data / "store"), "--sweep-seconds", str(sweep_seconds)),
        ],
        log=log or data / "server.log",
    )
    try:
        ready = server.wait_for_line(r"listening on [\d.]+:(\d+)", within=READY_SECONDS)
    except BaseException:
        server.kill()
        raise
    return server, f"mongodb://127.0.0.1:{ready[1]}/?directConnection=true&retryWrites=false"


def index(uri: str, database: str) -> None:
    """Make ``LOOK_UPS``; safe to repeat and to run beside the service. Raises pymongo's errors."""
    with MongoClient[dict[str, Any]](uri) as client:
        client[database]["tasks"].create_indexes(LOOK_UPS)
