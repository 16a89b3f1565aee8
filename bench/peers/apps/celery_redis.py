"""Celery with Redis as broker and as result backend."""

from __future__ import annotations

from celery import Celery

from bench.peers.apps.stores import QUEUE_URL, RESULTS_URL, reset
from bench.peers.apps.stores import results_kept as done

__all__ = ["app", "done", "reset", "submit"]

app = Celery("bench", broker=QUEUE_URL, backend=RESULTS_URL)


def nothing() -> dict[str, str]:
    return {}


_task = app.task(nothing, name="nothing")


def submit(count: int) -> None:
    for _ in range(count):
        _task.delay()
