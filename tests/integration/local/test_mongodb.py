"""The embedded store as the one-machine stack starts it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from infra.local import mongodb
from tests.support.conditions import eventually


def test_the_store_removes_what_has_expired_as_often_as_it_is_told(tmp_path: Path) -> None:
    server, uri = mongodb.start(tmp_path, sweep_seconds=0.05)
    with MongoClient[dict[str, Any]](uri) as client:
        here = client["test"]["expiring"]
        here.create_index("at", expireAfterSeconds=0)
        here.insert_one({"at": datetime(2026, 1, 1, tzinfo=UTC)})
        eventually(lambda: here.count_documents({}) == 0)
    server.stop()


def test_the_store_of_a_stack_is_not_held_up_each_minute(tmp_path: Path) -> None:
    """By a sweep, which it makes once a minute unless it is told otherwise."""
    server, _ = mongodb.start(tmp_path)
    _, _, told = Path(f"/proc/{server.pid}/cmdline").read_text().partition("--sweep-seconds\0")
    server.stop()
    assert float(told.rstrip("\0")) >= 3600
