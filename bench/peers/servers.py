"""What the peers need beside the substrate: a Redis server and a queue for Celery."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.processes import Child
from tests.support.stack import free_ports

READY_SECONDS = 10


@contextmanager
def redis_server(folder: Path) -> Iterator[str | None]:
    """Its URL; None where none is installed. It keeps what it acknowledged as it does by itself: in memory, with an
    append-only file that is written each second.
    """
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    folder.mkdir(parents=True, exist_ok=True)
    (port,) = free_ports(1)
    server = Child(
        "redis",
        [
            program,
            "--bind",
            "127.0.0.1",
            "--port",
            str(port),
            "--dir",
            str(folder),
            "--save",
            "",
            "--appendonly",
            "yes",
        ],
        log=folder / "redis.log",
    )
    try:
        server.wait_for_line("Ready to accept connections", within=READY_SECONDS)
        yield f"redis://127.0.0.1:{port}"
    finally:
        server.stop()
