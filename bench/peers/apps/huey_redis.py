"""huey with Redis."""

from __future__ import annotations

from huey import RedisHuey

from bench.peers.apps.stores import QUEUE_URL, reset

__all__ = ["done", "huey", "reset", "submit"]

huey = RedisHuey("bench", url=QUEUE_URL)


def nothing() -> dict[str, str]:
    return {}


_task = huey.task()(nothing)


def submit(count: int) -> None:
    for _ in range(count):
        _task()


def done() -> int:
    return int(huey.result_count())
