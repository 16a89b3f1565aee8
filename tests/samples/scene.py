"""One tenant's day, played by the real code: at its end the store holds a document of every kind and state."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.container import Container
from chalicelib.tasks.claims import ClaimStore
from chalicelib.tasks.model import Lane, Lease
from infra.local.clouds.aliyun import FakeAliyun, empty, generate
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import Answer, Request
from tests.api.conftest import Service, aliyun_account
from tests.samples.files import Sample
from tests.support import sqs as event_source
from tests.support.clock import FakeClock

HERE, THERE = "cn-shenzhen", "cn-hangzhou"
MACHINES = 6
TWO_PAGES = 52
ACCOUNT = 123
SYNC: dict[str, Any] = {"provider": "aliyun", "account_id": ACCOUNT}
NOWHERE = "http://127.0.0.1:9"
HOUR, MINUTE = 3600, 60
LISTS = (
    "/tasks?limit=2",
    "/assets?limit=2",
    "/assets?limit=2&sort=name",
    "/audit?limit=2",
    "/changes?limit=2&since=2020-01-01",
)
"""Those whose next page is asked for."""


class Cloud(FakeAliyun):
    """``called`` is done with every request."""

    called: Callable[[], None] = staticmethod(lambda: None)

    def answer(self, request: Request) -> Answer:
        self.called()
        return super().answer(request)


def cloud() -> Cloud:
    """A few machines here, and there as many networks as take two pages."""
    whole, few = generate(2 * MACHINES, regions=(HERE, THERE)), empty((HERE, THERE))
    for region in (HERE, THERE):
        for machine in whole.items("ecs", region)[: MACHINES - 1]:
            few.add("ecs", region, machine)
    copy(few, "vpc", THERE, [f"vpc-{number:04d}" for number in range(TWO_PAGES)])
    return Cloud(few)


def copy(inventory: Inventory, kind: str, region: str, native_ids: list[str]) -> None:
    """Have items of these ids, all alike but for them."""
    pattern = generate(2 * MACHINES, regions=(region,)).items(kind, region)[0]
    for native_id in native_ids:
        inventory.add(kind, region, pattern | {inventory.ids[kind]: native_id})


@dataclass
class Scene:
    """``fake`` is what ``cloud`` makes, served at ``url``."""

    service: Service
    fake: Cloud
    url: str
    clock: FakeClock

    @property
    def container(self) -> Container:
        return self.service.container

    def play(self) -> Sample:
        """What is there at the end, by the scene's clock."""
        self._accounts()
        key = self._callers()
        self._inventory()
        self._ended_tasks()
        self._hours_pass()
        self._open_tasks()
        self._account_moves_away()
        cursors = {path: self.service.get(path).data["next_cursor"] for path in LISTS}
        self.service.post("/lanes/low/pause")
        return Sample(self._stored(), self._messages(), cursors, key)

    # --- the acts ----------------------------------------------------------------------------------------------------

    def _accounts(self) -> None:
        scheduled = {"auto_sync": True, "sync_interval_seconds": HOUR, "regions": [HERE, THERE], "asset_types": ["ecs"]}
        assert self.service.post("/accounts", aliyun_account(self.url, **scheduled)).status == 201
        other = aliyun_account(self.url, id=124, name="other", endpoint=None)
        assert self.service.post("/accounts", other).status == 201
        assert self.service.call("PUT", "/accounts/124", {"status": "disabled"}).status == 200

    def _callers(self) -> str:
        used, revoked = (
            self.service.post("/keys", {"name": name, "role": "operator"}).data for name in ("used", "revoked")
        )
        self.container.keys.principal(used["key"])
        assert self.service.call("DELETE", f"/keys/{revoked['id']}").status == 200
        return str(used["key"])

    def _inventory(self) -> None:
        """Of the machines here, one has changed, one is deleted, and one was missing once."""
        machines = self.fake.inventory.native_ids("ecs", HERE)
        self._sync(HERE)
        self.fake.inventory.update("ecs", HERE, machines[0], Status="Stopped")
        self.fake.inventory.remove("ecs", HERE, machines[1])
        self._sync(HERE)
        self._sync(HERE)
        self.fake.inventory.remove("ecs", HERE, machines[2])
        self._sync(HERE)

    def _ended_tasks(self) -> None:
        """Of each end one; beside them the record of one that was deleted."""
        self.service.finished("/tasks/discover-assets", SYNC | {"region": HERE, "asset_types": ["ecs"]})
        self.service.finished("/tasks/export-assets", {"format": "csv"})
        with self.fake.faults.ordered("denied", action="DescribeInstances"):
            self.service.finished("/tasks/sync-assets", one_scope(THERE))
        with self.fake.faults.ordered("denied", action="DescribeInstances", region=THERE):
            self.service.finished("/tasks/sync-assets", SYNC | {"asset_types": ["ecs"]})
        gone = self.service.finished("/tasks/discover-assets", SYNC | {"region": THERE, "asset_types": ["ecs"]})
        assert self.service.call("DELETE", f"/tasks/{gone['id']}").status == 200
        cancelled = self._submit(SYNC | {"asset_types": ["vpc"]})
        assert self.service.post(f"/tasks/{cancelled}/cancel").status == 200
        lost = self._submit(one_scope(HERE) | {"max_retry": 2})
        self._claim(lost)
        self.clock.advance(self.container.policy.lease.total_seconds() + 1)
        self.service.work()
        self.container.worker.run([lost])

    def _hours_pass(self) -> None:
        self.container.minute_report.run()
        self.clock.advance(2 * HOUR + 3 * MINUTE)
        self.container.minute_report.run()

    def _open_tasks(self) -> None:
        self._retried_by_hand()
        self._sent_again()
        self._continued()
        self._handed_back()
        longer_than_a_call_waits = MINUTE + 1
        with self.fake.faults.ordered("throttled", action="DescribeInstances", value=longer_than_a_call_waits):
            self.container.worker.run([self._submit(one_scope(THERE))])
        self.container.sync_schedule.run()
        self._waiting_parent()
        held = self._submit(one_scope(HERE))
        self._claim(held)
        assert self.service.post(f"/tasks/{held}/cancel").status == 200
        self._claim(self._submit(one_scope(HERE) | {"priority": 9, "dry_run": True}))
        keyed = {"Idempotency-Key": "of the first request"}
        body = SYNC | {"asset_types": ["vpc"], "priority": 1}
        self._submit(body, **keyed)
        self._submit(body, **{"Idempotency-Key": "of one that found it active"})

    def _retried_by_hand(self) -> None:
        with self.fake.faults.ordered("denied", action="DescribeVpcs"):
            failed = self.service.finished("/tasks/sync-assets", one_scope(HERE, "vpc"))
        assert self.service.post(f"/tasks/{failed['id']}/retry").status == 200

    def _sent_again(self) -> None:
        """A message that was lost, and another of the same task that the queue gave up."""
        stranded = self._submit(one_scope(THERE, "ecs") | {"dry_run": True})
        self.clock.advance(self.container.policy.patience.total_seconds() + 1)
        self.container.recoverer.run()
        self.container.backlog.given_up(stranded, now=self.clock())

    def _continued(self) -> None:
        """Its time is up, though not over, when the first page has come."""
        task_id = self._submit(one_scope(THERE, "vpc") | {"dry_run": True})
        invocation, page = timedelta(seconds=10), 8.5
        self.fake.called = lambda: self.clock.advance(page)
        self.container.worker.run([task_id], remaining=invocation)
        self.fake.called = lambda: None

    def _handed_back(self) -> None:
        """By a worker whose environment is about to end; the store's client is the scene's own."""
        other = Container(self.container.settings, clock=self.clock)
        other.__dict__["mongo"] = self.container.mongo
        other.worker.drain()
        other.worker.run([self._submit(one_scope(HERE, "vpc") | {"dry_run": True})])

    def _waiting_parent(self) -> None:
        """One of its children has ended, the other is pending."""
        parent = self._submit(SYNC | {"asset_types": ["ecs"], "regions": [HERE, THERE], "dry_run": True})
        self.container.worker.run([parent])
        children = self.service.get(f"/tasks/{parent}/children").data["tasks"]
        self.container.worker.run([children[0]["id"]])

    def _account_moves_away(self) -> None:
        """Where the fake cloud happened to listen is not kept."""
        assert self.service.call("PUT", f"/accounts/{ACCOUNT}", {"endpoint": NOWHERE}).status == 200

    # --- its means ---------------------------------------------------------------------------------------------------

    def _submit(self, body: dict[str, Any], **headers: str) -> str:
        return str(self.service.post("/tasks/sync-assets", body, **headers).data["task_id"])

    def _sync(self, region: str) -> None:
        ended = self.service.finished("/tasks/sync-assets", one_scope(region))
        assert ended["status"] == "completed", ended
        self.clock.advance(MINUTE)

    def _claim(self, task_id: str) -> None:
        """As a worker does that then runs it for a while."""
        policy, now = self.container.policy, self.clock()
        claims = ClaimStore(self.container.database["tasks"], policy, self.container.texts)
        assert claims.claim([task_id], Lease("another", secrets.token_hex(8)), now=now, until=now + policy.lease)

    def _stored(self) -> dict[str, list[dict[str, Any]]]:
        database = self.container.database
        return {name: list(database[name].find().sort("_id", 1)) for name in sorted(database.list_collection_names())}

    def _messages(self) -> list[str]:
        found: list[str] = []
        for lane in Lane:
            while messages := event_source.receive(self.service.sqs, self.service.urls[lane]):
                event_source.acknowledge(self.service.sqs, self.service.urls[lane], messages, {"batchItemFailures": []})
                found += [message["Body"] for message in messages]
        return found


def one_scope(region: str, kind: str = "ecs") -> dict[str, Any]:
    return SYNC | {"regions": [region], "asset_types": [kind]}
