"""Dramatiq with Redis as broker and as result backend."""

from __future__ import annotations

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.results import Results
from dramatiq.results.backends import RedisBackend

from bench.peers.apps.stores import QUEUE_URL, RESULTS_URL, reset
from bench.peers.apps.stores import results_kept as done

__all__ = ["broker", "done", "reset", "submit"]

broker = RedisBroker(url=QUEUE_URL)
broker.add_middleware(Results(backend=RedisBackend(url=RESULTS_URL)))
dramatiq.set_broker(broker)


def nothing() -> dict[str, str]:
    return {}


_actor = dramatiq.actor(nothing, store_results=True)


def submit(count: int) -> None:
    for _ in range(count):
        _actor.send()
