"""The task framework on the real store and queue, with executors of the tests' own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pymongo.collection import Collection
from pymongo.database import Database

from chalicelib.clock import Clock, utc_now
from chalicelib.messages import TEXTS
from chalicelib.tasks.aftermath import Aftermath
from chalicelib.tasks.backlog import BacklogStore
from chalicelib.tasks.batch import BatchService
from chalicelib.tasks.bulk import BulkService
from chalicelib.tasks.children import Children
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.dispatch import Dispatch
from chalicelib.tasks.executor import Executors
from chalicelib.tasks.lanes import Lanes
from chalicelib.tasks.meter import Meter
from chalicelib.tasks.model import Lane, Lease, Task
from chalicelib.tasks.policy import Policy
from chalicelib.tasks.queue import SqsTaskQueue, TaskQueue
from chalicelib.tasks.recoverer import Recoverer
from chalicelib.tasks.runner import TaskRunner
from chalicelib.tasks.service import Caller, TaskService
from chalicelib.tasks.store import TaskStore
from chalicelib.tasks.worker import Worker
from tests.support import sqs as event_source
from tests.support.probe import Probe, table

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

TENANT = "default"
TEXT = TEXTS["en"]
CALLER = Caller(TENANT, "tester")
POLICY = Policy(
    lease=timedelta(seconds=5),
    beat=timedelta(seconds=0.05),
    patience=timedelta(seconds=60),
    first_backoff=timedelta(milliseconds=1),
)


@dataclass
class Framework:
    """One wiring of the framework. ``replace`` makes another that shares the store, with other parts."""

    tasks: Collection[dict[str, Any]]
    lane_states: Collection[dict[str, Any]]
    sqs: SQSClient
    urls: dict[Lane, str]
    queue: TaskQueue
    probe: Probe = field(default_factory=Probe)
    clock: Clock = utc_now
    policy: Policy = POLICY
    meter: Meter | None = None

    @property
    def executors(self) -> Executors:
        return table(probe=self.probe)

    @property
    def store(self) -> TaskStore:
        return TaskStore(self.tasks, self.policy, TEXT)

    @property
    def claims(self) -> ClaimStore:
        return ClaimStore(self.tasks, self.policy, TEXT)

    @property
    def backlog(self) -> BacklogStore:
        return BacklogStore(self.tasks, self.policy, TEXT)

    @property
    def dispatch(self) -> Dispatch:
        return Dispatch(self.queue, self.backlog, clock=self.clock)

    @property
    def children(self) -> Children:
        return Children(self.tasks, self.dispatch, self.executors, policy=self.policy, clock=self.clock, texts=TEXT)

    @property
    def service(self) -> TaskService:
        return TaskService(
            self.store,
            self.dispatch,
            self.children,
            self.executors,
            policy=self.policy,
            clock=self.clock,
            texts=TEXT,
        )

    @property
    def batch(self) -> BatchService:
        return BatchService(self.store, self.dispatch, self.service)

    @property
    def bulk(self) -> BulkService:
        return BulkService(self.store, self.service, clock=self.clock)

    @property
    def lanes(self) -> Lanes:
        return Lanes(self.lane_states, self.backlog, clock=self.clock)

    def worker(self, *, owner: str = "w", **policy: Any) -> Worker:
        chosen = replace(self.policy, **policy)
        return Worker(
            ClaimStore(self.tasks, chosen, TEXT),
            TaskRunner(self.executors, self.children, policy=chosen, clock=self.clock),
            Aftermath(self.dispatch, self.children),
            owner=owner,
            policy=chosen,
            clock=self.clock,
            meter=self.meter,
        )

    def recoverer(self) -> Recoverer:
        return Recoverer(self.backlog, self.dispatch, self.lanes, clock=self.clock)

    def submit(self, name: str = "", **options: Any) -> Task:
        return self.service.submit("probe", {"name": name} | options, caller=CALLER).task

    def get(self, task: Task) -> Task:
        return self.service.get(TENANT, task.id)

    def claim(self, task: Task, *, owner: str = "other") -> list[Task]:
        """Take a task as a worker would, and do nothing with it."""
        now = self.clock()
        lease = Lease(owner, secrets.token_hex(4))
        return self.claims.claim([task.id], lease, now=now, until=now + self.policy.lease)

    def claim_and_lose(self, task: Task, *, after: float = 0) -> None:
        """A worker takes a task and dies; ``after`` seconds from now at the earliest."""
        now = self.clock() + timedelta(seconds=after)
        assert self.claims.claim([task.id], Lease("lost", secrets.token_hex(4)), now=now, until=now)

    def messages(self, lane: Lane = Lane.NORMAL) -> int:
        """How many messages can be received now."""
        wanted = ["ApproximateNumberOfMessages"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.urls[lane], AttributeNames=wanted)  # type: ignore[arg-type]
        return int(found["Attributes"]["ApproximateNumberOfMessages"])

    def take_messages(self, lane: Lane = Lane.NORMAL) -> list[str]:
        """Receive and delete everything; returns the bodies."""
        taken = []
        while messages := event_source.receive(self.sqs, self.urls[lane]):
            event_source.acknowledge(self.sqs, self.urls[lane], messages, {"batchItemFailures": []})
            taken += [message["Body"] for message in messages]
        return taken


@pytest.fixture
def framework(database: Database[dict[str, Any]], sqs: SQSClient, queue_urls: dict[Lane, str]) -> Framework:
    made = Framework(database["tasks"], database["lanes"], sqs, queue_urls, SqsTaskQueue(sqs, queue_urls))
    made.store.ensure_indexes()
    return made
