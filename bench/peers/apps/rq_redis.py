"""RQ with Redis."""

from __future__ import annotations

from rq import Queue

from bench.peers.apps.stores import queue, reset

__all__ = ["done", "reset", "submit"]

_connection = queue()
_queue = Queue(connection=_connection)


def nothing() -> dict[str, str]:
    return {}


def submit(count: int) -> None:
    _queue.enqueue_many(
        [Queue.prepare_data("bench.peers.apps.rq_redis.nothing", result_ttl=3600) for _ in range(count)]
    )


def done() -> int:
    return sum(1 for _ in _connection.scan_iter("rq:results:*", count=5000))
