"""The workloads in small: tasks that do nothing, submitted one by one and in a batch, and a sync of ten scopes. All by
HTTP, queue and consumer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import boto3
from chalice.config import Config
from chalice.test import Client

from chalicelib import container
from chalicelib.settings import Settings
from chalicelib.tasks.batch import MOST_SUBMITTED
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import Executor, Executors, TaskParams
from chalicelib.tasks.worker import SETTLE_LINGER_SECONDS
from infra.cost.counting import CountedContainer, Tally
from infra.local.clouds.aliyun import DEFAULT_KEY, FakeAliyun, generate
from infra.local.clouds.server import CloudServer
from infra.local.gateway import Gateway

API = "/api/v1/cam"
BATCH = 10
"""Messages that the event source hands over at once."""
REGION = "cn-shenzhen"
SCOPES = 10
ASSETS = 120
"""In each scope: two pages, and more than the store sends in its first answer."""
PAGE = 100
"""Instances that aliyun gives at once."""
CLOUD_SECONDS = 2 * SETTLE_LINGER_SECONDS
"""What the cloud takes to answer. Were it faster, scopes would end so close to each other that some are settled
together, on a fast machine and not on a slow one.
"""

COUNTED_WITH = {
    "lease_seconds": 3600,
    "beat_seconds": 600,  # how many beats there are follows from the time that a function lasts
    "patience_seconds": 120,
    "batch_threads": 1,  # tasks end apart, as long ones do: each is settled by a command of its own
    "mongodb_timeout_seconds": 60,  # a disk that stalls must not make a task run twice
    "credentials_cache_seconds": 0,  # an hour later nothing is remembered
}


@dataclass(frozen=True)
class NoOp:
    """A task type of the service that takes its parameters and does nothing."""

    params: type[TaskParams]
    max_retry = 0
    deduplicate = False

    def admit(self, params: TaskParams, tenant: str) -> None:
        pass

    def run(self, params: TaskParams, context: TaskContext) -> Mapping[str, Any]:
        return {}


class NoOpContainer(CountedContainer):
    @cached_property
    def executors(self) -> Executors:
        product = super().executors

        def look_up(task_type: str) -> Executor[Any]:
            return NoOp(product(task_type).params)

        return look_up


@dataclass(frozen=True)
class Counted:
    """``submitted`` and ``worked`` are of ten no-op tasks, ``batch`` of one request that submits as many as it may;
    ``minute`` of the two functions that run each minute, with nothing to do. The syncs are of SCOPES scopes with ASSETS
    each, from the request to the end of the last function.
    """

    submitted: Tally
    batch: Tally
    worked: Tally
    minute: Tally
    first_sync: Tally
    next_sync: Tally


def count(settings: Settings) -> Counted:
    """Needs a store with nothing in it, and queues and parameters behind boto3's clients."""
    settings = settings.model_copy(update=COUNTED_WITH)
    with _serving(NoOpContainer(settings)) as (client, built):
        body: dict[str, Any] = {"provider": "aliyun", "asset_types": ["ecs"]}
        with built.counted() as submitted:
            for _ in range(BATCH):
                _post(client, "/tasks/discover-assets", body, submitted)
        with built.counted() as worked:
            _work(built, worked)
    fake = FakeAliyun(generate(ASSETS, regions=(REGION,)), latency=CLOUD_SECONDS)
    with CloudServer(fake) as cloud, _serving(CountedContainer(settings)) as (client, built):
        for number in range(SCOPES):
            _post(client, "/accounts", _account(number + 1, cloud.url), Tally())
        with built.counted() as minute:
            _minute(client, minute)
        first, then = (_sync(client, built) for _ in range(2))
    with _serving(NoOpContainer(settings)) as (client, built), built.counted() as batch:
        _post(client, "/tasks/batch", {"tasks": [{"type": "discover_assets", "body": body}] * MOST_SUBMITTED}, batch)
    for tally in (worked, minute, first, then):  # pauses are read once a second at the most
        tally.store["lanes"] = sum(tally.invocations[name] for name in ("consume_normal", "recover"))
    return Counted(submitted, batch, worked, minute, first, then)


@contextmanager
def _serving(built: CountedContainer) -> Iterator[tuple[Client, CountedContainer]]:
    from app import app  # noqa: PLC0415  as late as a Lambda would

    built.ensure_indexes()
    container.install(built)
    try:
        with Client(app) as client:
            client.http._local_gateway = Gateway(app, Config())  # noqa: SLF001  the client takes none
            yield client, built
    finally:
        container.install(None)
        built.close()


def _sync(client: Client, built: CountedContainer) -> Tally:
    with built.counted() as tally:
        body = {"provider": "aliyun", "regions": [REGION], "asset_types": ["ecs"]}
        _post(client, "/tasks/sync-assets", body, tally)
        _work(built, tally)
    return tally


def _post(client: Client, path: str, body: Mapping[str, Any], tally: Tally) -> None:
    headers = {"Content-Type": "application/json"}
    response = client.http.post(API + path, headers=headers, body=json.dumps(body).encode())
    if response.status_code >= 400:
        raise RuntimeError(f"{path} was answered with {response.status_code}: {response.body!r}")
    tally.invocations["api_handler"] += 1


def _minute(client: Client, tally: Tally) -> None:
    for name in ("recover", "schedule_syncs"):
        event = client.events.generate_cw_event("aws.events", "Scheduled Event", {}, ["arn:aws:events:::rule/r"])
        client.lambda_.invoke(name, event)
        tally.invocations[name] += 1


def _work(built: CountedContainer, tally: Tally) -> None:
    """Play the event source until the queue is empty, by a client of its own: what that asks for follows from the
    invocations. No function is short of time, as none is in 15 minutes.
    """
    from chalicelib.events import consumers  # noqa: PLC0415  Lambda imports a handler when it starts

    url = built.settings.queue_normal_url
    source = boto3.client("sqs")
    while messages := source.receive_message(QueueUrl=url, MaxNumberOfMessages=BATCH).get("Messages"):
        records = [{"messageId": it["MessageId"], "body": it["Body"]} for it in messages]
        consumers.consume_normal({"Records": records}, None)
        tally.invocations["consume_normal"] += 1
        for message in messages:
            source.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


def _account(number: int, at: str) -> dict[str, Any]:
    return {
        "id": number,
        "provider": "aliyun",
        "name": f"account {number}",
        "credentials": {
            "access_key_id": DEFAULT_KEY.access_key_id,
            "access_key_secret": DEFAULT_KEY.access_key_secret,
        },
        "endpoint": at,
    }
