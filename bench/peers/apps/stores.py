"""Where a peer's queue and results are: two databases of the Redis server, named by the environment."""

from __future__ import annotations

import os

import redis

URL = os.environ.get("BENCH_REDIS", "")
QUEUE_URL = f"{URL}/0"
RESULTS_URL = f"{URL}/1"


def queue() -> redis.Redis:
    return redis.Redis.from_url(QUEUE_URL)


def results() -> redis.Redis:
    return redis.Redis.from_url(RESULTS_URL)


def reset() -> None:
    queue().flushdb()
    results().flushdb()


def results_kept() -> int:
    """Where each result is a key of its own."""
    return int(results().dbsize())
