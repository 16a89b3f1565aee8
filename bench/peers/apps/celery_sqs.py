"""Celery over SQS with MongoDB as its result backend: what this service stands on."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from pymongo import MongoClient

QUEUE = "bench-celery"
COLLECTION = "celery_taskmeta"
_emulator = os.environ["BENCH_SQS"]
_mongodb = urlsplit(os.environ["BENCH_MONGODB"])

app = Celery(
    "bench",
    broker=f"sqs://{os.environ['AWS_ACCESS_KEY_ID']}:{os.environ['AWS_SECRET_ACCESS_KEY']}@{urlsplit(_emulator).netloc}",
    backend=f"mongodb://{_mongodb.netloc}/celery?{_mongodb.query}",
)
app.conf.update(
    task_default_queue=QUEUE,
    broker_transport_options={
        "region": os.environ["AWS_DEFAULT_REGION"],
        "is_secure": False,
        "wait_time_seconds": 1,
        "predefined_queues": {QUEUE: {"url": os.environ["BENCH_CELERY_QUEUE"]}},
    },
    worker_enable_remote_control=False,
    worker_send_task_events=False,
)


def nothing() -> dict[str, str]:
    return {}


_task = app.task(nothing, name="nothing")
_results = MongoClient[dict[str, Any]](os.environ["BENCH_MONGODB"])["celery"][COLLECTION]


def submit(count: int) -> None:
    for _ in range(count):
        _task.delay()


def done() -> int:
    return int(_results.count_documents({"status": "SUCCESS"}))


def reset() -> None:
    app.control.purge()
    _results.delete_many({})
