"""taskiq with a Redis list as broker and Redis as result backend."""

from __future__ import annotations

import asyncio

from taskiq_redis import ListQueueBroker, RedisAsyncResultBackend

from bench.peers.apps.stores import QUEUE_URL, RESULTS_URL, reset
from bench.peers.apps.stores import results_kept as done

__all__ = ["broker", "done", "reset", "submit"]

broker = ListQueueBroker(url=QUEUE_URL).with_result_backend(RedisAsyncResultBackend(redis_url=RESULTS_URL))


async def nothing() -> dict[str, str]:
    return {}


_task = broker.register_task(nothing, task_name="nothing")


async def _submit(count: int) -> None:
    await broker.startup()
    for _ in range(count):
        await _task.kiq()
    await broker.shutdown()


def submit(count: int) -> None:
    asyncio.run(_submit(count))
