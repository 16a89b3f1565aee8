"""The life of one task, from its submission to its end, in one process that may be told to die or freeze on the way."""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from pydantic import SecretStr
from pymongo import MongoClient
from pymongo.database import Database

from chalicelib.assets.reconcile import Reconciler
from chalicelib.clock import utc_now
from chalicelib.container import Container
from chalicelib.errors import TaskFinished
from chalicelib.settings import Settings
from chalicelib.tasks.executor import Executors
from chalicelib.tasks.model import OPEN, Lane, Task
from chalicelib.tasks.queue import task_id_of
from chalicelib.tasks.service import Caller
from tests.faults.crashes.scenes import Effects, Stage, executors
from tests.faults.crashes.trigger import StoreCalls, Trigger, watch_queue
from tests.support import sqs as event_source

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

TENANT = "default"
CALLER = Caller(TENANT, "tester")
LEASE = 0.4
REGION = "us-east-1"
IDLE_SECONDS = 0.03


@dataclass(frozen=True, slots=True)
class Life:
    """``scene`` is the task type. The same ``key`` is the same task: a client that got no answer asks again.

    At call number ``at`` (0: never; ``only``: of that name) the process gets the signal ``number``.
    """

    mongodb_uri: str
    database: str
    sqs_endpoint: str
    queue_url: str
    scene: str
    key: str
    at: int = 0
    after: bool = False
    number: int = signal.SIGKILL
    only: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class Instrumented(Container):
    """The product as it is wired in a function, with clients that count, and with task types of the tests' own."""

    def __init__(self, life: Life, trigger: Trigger, unwatched: Database[dict[str, Any]]) -> None:
        super().__init__(
            Settings(
                mongodb_uri=SecretStr(life.mongodb_uri),
                mongodb_database=life.database,
                queue_high_url=life.queue_url,
                queue_normal_url=life.queue_url,
                queue_low_url=life.queue_url,
                lease_seconds=LEASE,
                beat_seconds=0.05,
                patience_seconds=0.3,
                recheck_seconds=0.3,
                first_backoff_seconds=0.01,
                language="en",
            )
        )
        self._life = life
        self._trigger = trigger
        self._unwatched = unwatched
        self.running = threading.Event()

    @cached_property
    def mongo(self) -> MongoClient[dict[str, Any]]:
        return MongoClient(self._life.mongodb_uri, tz_aware=True, event_listeners=[StoreCalls(self._trigger)])

    @cached_property
    def sqs(self) -> SQSClient:
        client = queue_client(self._life.sqs_endpoint)
        watch_queue(client.meta.events, self._trigger)
        return client

    @cached_property
    def executors(self) -> Executors:
        reconciler = Reconciler(self.asset_store, self.scope_store, clock=utc_now)
        return executors(Stage(Effects(self._unwatched["effects"]), self._unwatched["cloud"], reconciler, self.running))


def queue_client(endpoint: str) -> SQSClient:
    return boto3.client(
        "sqs",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def live(life: Life) -> None:
    """Submit, then work and recover until the task has ended."""
    trigger = Trigger(life.at, after=life.after, number=signal.Signals(life.number), only=life.only)
    with MongoClient[dict[str, Any]](life.mongodb_uri, tz_aware=True) as unwatched:
        database = unwatched[life.database]
        container = Instrumented(life, trigger, database)
        task = container.tasks.submit(life.scene, {"key": life.key}, caller=CALLER, idempotency_key=life.key).task
        threading.Thread(target=_cancel, args=(container, task), daemon=True).start()
        idle = threading.Event()
        while database["tasks"].count_documents({"_id": task.id, "status": {"$in": list(OPEN)}}):
            if not _work(container, life.queue_url):
                container.recoverer.run()
                idle.wait(IDLE_SECONDS)
        container.close()


def _work(container: Instrumented, url: str) -> bool:
    """Do what a consumer and its event source do; False when there was no message."""
    messages = event_source.receive(container.sqs, url)
    if not messages:
        return False
    ids = {message["MessageId"]: task_id_of(message["Body"]) or "" for message in messages}
    assert Lane.NORMAL not in container.lanes.paused()
    come_back = container.worker.run(list(dict.fromkeys(ids.values())))
    failed = [{"itemIdentifier": number} for number, task_id in ids.items() if task_id in come_back]
    event_source.acknowledge(container.sqs, url, messages, {"batchItemFailures": failed})
    return True


def _cancel(container: Instrumented, task: Task) -> None:
    """The caller who cancels, as soon as something runs that would not end otherwise."""
    container.running.wait()
    with suppress(TaskFinished):
        container.tasks.cancel(TENANT, task.id)
