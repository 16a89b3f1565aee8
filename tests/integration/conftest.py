"""The task framework on the real store and queue, with executors of the tests' own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pymongo.database import Database

from chalicelib.clock import Clock, utc_now
from chalicelib.messages import TEXTS
from chalicelib.tasks.model import Task
from chalicelib.tasks.queue import SqsTaskQueue
from chalicelib.tasks.recoverer import Recoverer
from chalicelib.tasks.service import TaskService
from chalicelib.tasks.store import TaskStore
from chalicelib.tasks.worker import Worker, WorkerLimits
from tests.support import sqs as event_source
from tests.support.probe import Probe, table

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

TENANT = "default"
TEXT = TEXTS["en"]


@dataclass
class Framework:
    store: TaskStore
    queue: SqsTaskQueue
    probe: Probe
    service: TaskService
    sqs: SQSClient
    url: str
    clock: Clock = utc_now

    def worker(self, *, lease: float = 5, beat: float = 0.05, max_attempts: int = 3, owner: str = "w") -> Worker:
        return Worker(
            self.store,
            self.queue,
            table(probe=self.probe),
            owner=owner,
            limits=WorkerLimits(timedelta(seconds=lease), timedelta(seconds=beat), 10, max_attempts),
            clock=self.clock,
            texts=TEXT,
        )

    def recoverer(self, patience: float = 0) -> Recoverer:
        return Recoverer(self.store, self.queue, clock=self.clock, patience=timedelta(seconds=patience))

    def submit(self, name: str = "") -> Task:
        return self.service.submit("probe", {"name": name}, tenant=TENANT, created_by="tester")

    def get(self, task: Task) -> Task:
        return self.service.get(TENANT, task.id)

    def messages(self) -> int:
        """How many messages can be received now."""
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["ApproximateNumberOfMessages"])
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    def take_messages(self) -> list[str]:
        """Receive and delete everything; returns the bodies."""
        taken = []
        while messages := event_source.receive(self.sqs, self.url):
            event_source.acknowledge(self.sqs, self.url, messages, {"batchItemFailures": []})
            taken += [message["Body"] for message in messages]
        return taken


@pytest.fixture
def framework(database: Database[dict[str, Any]], sqs: SQSClient, queue_url: str) -> Framework:
    store = TaskStore(database["tasks"])
    store.ensure_indexes()
    queue = SqsTaskQueue(sqs, queue_url)
    probe = Probe()
    service = TaskService(store, queue, table(probe=probe), clock=utc_now, texts=TEXT)
    return Framework(store, queue, probe, service, sqs, queue_url)
