"""arq with Redis."""

from __future__ import annotations

import asyncio
from typing import Any

from arq import create_pool
from arq.connections import RedisSettings

from bench.peers.apps.stores import QUEUE_URL, queue, reset

__all__ = ["WorkerSettings", "done", "reset", "submit"]

_connection = queue()
_settings = RedisSettings.from_dsn(QUEUE_URL)


async def nothing(ctx: dict[str, Any]) -> dict[str, str]:
    return {}


class WorkerSettings:
    functions = (nothing,)
    redis_settings = _settings
    max_jobs = 10
    keep_result = 3600
    poll_delay = 0.01
    """Seconds between two looks at the queue; by itself half a second, which would be all that is measured."""


async def _submit(count: int) -> None:
    pool = await create_pool(_settings)
    for _ in range(count):
        await pool.enqueue_job("nothing")
    await pool.close()


def submit(count: int) -> None:
    asyncio.run(_submit(count))


def done() -> int:
    return sum(1 for _ in _connection.scan_iter("arq:result:*", count=5000))
