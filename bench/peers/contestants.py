"""Who is measured, and with which settings: ten tasks at once, results kept, nothing else touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

OURS = "this service"
SUBSTRATE_PEER = "celery, SQS + MongoDB"
CELERY_REDIS = "celery, Redis"
APPS = "bench.peers.apps"


@dataclass(frozen=True)
class Contestant:
    """``worker`` are the arguments of the interpreter that run its worker. ``share``: how many of the round's tasks it
    is given, so that a slow one does not take the longest. ``polled``: the first process is the poller, which on AWS
    is not ours, and its CPU time is told apart.
    """

    name: str
    app: str
    worker: Sequence[str]
    settings: str
    share: float = 1.0
    redis: bool = True
    polled: bool = False


CONTESTANTS = (
    Contestant(
        OURS,
        "bench.peers.ours",
        ("-m", "bench.peers.ours", "{folder}"),
        "the normal lane's function, one process, batches of 10 on 10 threads",
        redis=False,
        polled=True,
    ),
    Contestant(
        SUBSTRATE_PEER,
        f"{APPS}.celery_sqs",
        ("-m", "celery", "-A", f"{APPS}.celery_sqs", "worker", "--pool", "threads", "--concurrency", "10"),
        "one process of 10 threads; no gossip, mingle, remote control and events",
        share=0.5,
        redis=False,
    ),
    Contestant(
        CELERY_REDIS,
        f"{APPS}.celery_redis",
        ("-m", "celery", "-A", f"{APPS}.celery_redis", "worker", "--pool", "threads", "--concurrency", "10"),
        "one process of 10 threads",
    ),
    Contestant(
        "dramatiq, Redis",
        f"{APPS}.dramatiq_redis",
        ("-m", "dramatiq", f"{APPS}.dramatiq_redis", "--processes", "1", "--threads", "10"),
        "one worker process of 10 threads",
    ),
    Contestant(
        "rq, Redis",
        f"{APPS}.rq_redis",
        (
            "-m",
            "rq.cli",
            "worker-pool",
            "--num-workers",
            "10",
            "--worker-class",
            "rq.SimpleWorker",
            "--url",
            "{redis}/0",
        ),
        "10 processes that run one task at a time, without a fork for each: it has no threads",
        share=0.5,
    ),
    Contestant(
        "taskiq, Redis",
        f"{APPS}.taskiq_redis_list",
        ("-m", "taskiq", "worker", f"{APPS}.taskiq_redis_list:broker", "--workers", "1", "--max-async-tasks", "10"),
        "one worker process, 10 coroutines",
    ),
    Contestant(
        "arq, Redis",
        f"{APPS}.arq_redis",
        ("-m", "arq", f"{APPS}.arq_redis.WorkerSettings"),
        "one process, 10 coroutines, poll_delay 0.01 s",
    ),
    Contestant(
        "huey, Redis",
        f"{APPS}.huey_redis",
        ("-m", "huey.bin.huey_consumer", f"{APPS}.huey_redis.huey", "--workers", "10", "--worker-type", "thread"),
        "one process of 10 threads",
    ),
)
