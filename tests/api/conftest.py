"""The API as Chalice's test client reaches it, on the real store, queue and parameter store, with a fake aliyun."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from chalice.config import Config
from chalice.test import Client

from chalicelib import container
from chalicelib.access.roles import Role
from chalicelib.clock import Clock, utc_now
from chalicelib.settings import Settings
from chalicelib.tasks.model import Lane, TaskStatus
from infra.local.api import serve
from infra.local.clouds.aliyun import DEFAULT_KEY, FakeAliyun, generate
from infra.local.clouds.server import CloudServer
from infra.local.gateway import Gateway
from tests.support import sqs as event_source
from tests.support.clock import FakeClock
from tests.support.conditions import eventually
from tests.support.inventories import inventory_of

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

API = "/api/v1/cam"
REGIONS = ("cn-shenzhen", "cn-hangzhou")
INSTANCES = 160
"""So many that the larger region has a second page."""
NOBODY = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def data(self) -> Any:
        """The data of a success."""
        assert self.body["code"] == 0, self.body
        assert self.body["msg"] == "success"
        return self.body["data"]

    @property
    def error(self) -> str:
        """The message of a failure, whose envelope is checked on the way."""
        assert self.body["code"] != 0
        assert self.body["data"] is None
        assert self.body.keys() == {"code", "msg", "data"}
        return str(self.body["msg"])


@dataclass
class Service:
    """The service as its callers meet it; ``work`` plays the event source."""

    client: Client
    container: container.Container
    sqs: SQSClient
    urls: dict[Lane, str]

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        response = self.client.http.request(
            method, API + path, headers={"Content-Type": "application/json"} | headers, body=sent
        )
        return Reply(response.status_code, response.headers, json.loads(response.body))

    def get(self, path: str) -> Reply:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        return self.call("POST", path, body, **headers)

    def work(self) -> None:
        """Let the consumers handle everything that waits in the queues."""
        while self.batches():
            pass

    def batches(self) -> bool:
        """Let the consumer of the first lane that has one handle a batch. False when nothing waits."""
        from chalicelib.events import consumers  # noqa: PLC0415  Lambda imports a handler when it starts

        handlers = {
            Lane.HIGH: consumers.consume_high,
            Lane.NORMAL: consumers.consume_normal,
            Lane.LOW: consumers.consume_low,
        }
        return any(self._turn(self.urls[lane], handler) for lane, handler in handlers.items())

    def _turn(self, url: str, handler: Any) -> bool:
        messages = event_source.receive(self.sqs, url)
        if messages:
            event_source.acknowledge(self.sqs, url, messages, handler(event_source.event_of(messages), None))
        return bool(messages)

    def finished(self, path: str, body: Any) -> dict[str, Any]:
        """Submit a task, have it run, and return it as it ended."""
        return self.ended(self.post(path, body).data["task_id"])

    def ended(self, task_id: str, get: Callable[[str], Reply] | None = None) -> dict[str, Any]:
        """Have a task run to its end and return it, as ``get`` shows it.

        On a busy machine that takes more than one worker: a try that failed is made again by a delayed message, and a
        lease is lost when no beat comes in time. The recoverer helps after that alone: a message that was never sent
        is to be missed.
        """
        lost = {"lease": {"$exists": True}}  # by a worker that has returned

        def ended() -> dict[str, Any]:
            self.work()
            task: dict[str, Any] = (get or self.get)(f"/tasks/{task_id}").data
            if TaskStatus(task["status"]).ended:
                return task
            if self.container.database["tasks"].find_one(lost):
                self.container.recoverer.run()
            return {}

        return eventually(ended, within=60, every=0.1)


@contextmanager
def serving(
    settings: Settings, sqs: SQSClient, queue_urls: dict[Lane, str], *, clock: Clock = utc_now
) -> Iterator[Service]:
    from app import app  # noqa: PLC0415  as late as a Lambda would

    built = container.Container(settings, clock=clock)
    built.ensure_indexes()
    container.install(built)
    with Client(app) as client:
        client.http._local_gateway = Gateway(app, Config(), clock=clock)
        yield Service(client, built, sqs, queue_urls)
    container.install(None)
    built.close()


@pytest.fixture
def service(settings: Settings, sqs: SQSClient, queue_urls: dict[Lane, str]) -> Iterator[Service]:
    with serving(settings, sqs, queue_urls) as service:
        yield service


@pytest.fixture
def fake() -> FakeAliyun:
    return FakeAliyun(inventory_of(generate, INSTANCES, regions=REGIONS))


@pytest.fixture
def cloud(fake: FakeAliyun) -> Iterator[CloudServer]:
    with CloudServer(fake) as server:
        yield server


def aliyun_account(at: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": 123,
        "provider": "aliyun",
        "name": "demo",
        "credentials": {
            "access_key_id": DEFAULT_KEY.access_key_id,
            "access_key_secret": DEFAULT_KEY.access_key_secret,
        },
        "endpoint": at,
    } | changes


@pytest.fixture
def account(service: Service, cloud: CloudServer) -> int:
    """A stored account on the fake aliyun; returns its id."""
    return int(service.post("/accounts", aliyun_account(cloud.url)).data["id"])


@dataclass(frozen=True)
class Party:
    """A caller with an API key of its own."""

    service: Service
    tenant: str
    subject: str
    key: str

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Reply:
        return self.service.call(method, path, body, **{"Authorization": f"Bearer {self.key}"} | headers)

    def get(self, path: str) -> Reply:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        return self.call("POST", path, body, **headers)

    def finished(self, path: str, body: Any) -> dict[str, Any]:
        """Submit a task, have it run, and return it as it ended."""
        task_id = self.post(path, body).data["task_id"]
        return self.service.ended(task_id, self.get)


@dataclass(frozen=True)
class Guarded:
    """The service with authentication by keys, and a clock of its own; ``party`` makes callers."""

    service: Service
    clock: FakeClock

    def party(self, role: Role = Role.ADMIN, tenant: str = "default", *, days: int = 30) -> Party:
        keys = self.service.container.keys
        key, text = keys.mint(tenant, role, f"{role} of {tenant}", lifetime=timedelta(days=days), by="test")
        return Party(self.service, tenant, key.subject, text)


@pytest.fixture
def guarded(settings: Settings, sqs: SQSClient, queue_urls: dict[Lane, str]) -> Iterator[Guarded]:
    clock = FakeClock()
    with serving(settings.model_copy(update={"authentication": "keys"}), sqs, queue_urls, clock=clock) as service:
        yield Guarded(service, clock)


@dataclass(frozen=True)
class Target:
    """Where the API answers, and the key of one of its admins."""

    url: str
    key: str


@pytest.fixture
def target(
    settings: Settings,
    sqs: SQSClient,
    queue_urls: dict[Lane, str],
    cloud: CloudServer,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Target]:
    """The API on a port, as the one-machine stack serves it, with an inventory and tasks. No cloud beside the fake can
    be reached: the proxy on the way to all others does not exist.
    """
    from app import app  # noqa: PLC0415  as late as a Lambda would

    guarded = settings.model_copy(update={"authentication": "keys"})
    with serving(guarded, sqs, queue_urls) as service:
        _, key = service.container.keys.mint("default", Role.ADMIN, "attacker", lifetime=timedelta(days=1), by="test")
        admin = Party(service, "default", "attacker", key)
        account = admin.post("/accounts", aliyun_account(cloud.url)).data["id"]
        sync = {"provider": "aliyun", "account_id": account, "asset_types": ["ecs"], "regions": [REGIONS[0]]}
        admin.finished("/tasks/sync-assets", sync)
        admin.post("/tasks/discover-assets", {"provider": "aliyun"})
        for variable in ("HTTPS_PROXY", "https_proxy"):
            monkeypatch.setenv(variable, NOBODY)
        local, in_flight = serve(app, 0)
        thread = threading.Thread(target=local.server.serve_forever, args=(0.02,))
        thread.start()
        yield Target(f"http://127.0.0.1:{local.server.server_address[1]}", key)
        local.server.shutdown()
        thread.join()
        local.server.server_close()
        assert in_flight.wait_for_none(10)
