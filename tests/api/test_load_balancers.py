"""The machines behind load balancers, which further calls tell of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local.clouds import aliyun, huawei, tencent, volcano
from infra.local.clouds.aliyun.listings import SERVERS
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import CloudServer
from infra.local.clouds.tencent import targets
from tests.api.conftest import Service


@dataclass(frozen=True)
class Case:
    """A ``type`` of load balancers; ``attach`` puts a machine behind one of them, in place of another."""

    package: Any
    fake: type[Any]
    region: str
    type: str
    attach: Callable[[Inventory, str, str], None]

    @property
    def provider(self) -> str:
        return str(self.package.__name__.rpartition(".")[2])

    @property
    def sync(self) -> dict[str, Any]:
        return {"provider": self.provider, "account_id": 7, "regions": [self.region], "asset_types": [self.type]}


@dataclass(frozen=True)
class Account:
    """Account 7, whose machines and load balancers are in the inventory."""

    case: Case
    service: Service
    cloud: Any

    def sync(self) -> Any:
        return self.service.finished("/tasks/sync-assets", self.case.sync)

    def machines(self) -> dict[str, list[str]]:
        """Ids of the machines that are known behind each load balancer, by its id."""
        balancers = self.service.get(f"/assets?type={self.case.type}").data["assets"]
        edges = {it["id"]: self.service.get(f"/assets/{it['id']}/relations").data["outgoing"] for it in balancers}
        return {name: [edge["id"] for edge in some if edge["type"] == "ecs"] for name, some in edges.items()}

    def scope(self) -> dict[str, Any]:
        shown: list[dict[str, Any]] = self.service.get(f"/scopes?provider={self.case.provider}").data["scopes"]
        return next(it for it in shown if it["type"] == self.case.type)


def _member(inventory: Inventory, region: str, machine: str) -> None:
    first = inventory.items("member", region)[0]
    inventory.update("member", region, first["id"], instance_id=machine)


def _server(kind: str, servers: str, machine_id: str) -> Callable[[Inventory, str, str], None]:
    """For a fake that holds the ``servers`` of each item of a ``kind`` in it."""

    def attach(inventory: Inventory, region: str, machine: str) -> None:
        first = inventory.items(kind, region)[0]
        replaced, *others = first[servers]
        changed = [*others, replaced | {machine_id: machine}]
        inventory.update(kind, region, first[inventory.ids[kind]], **{servers: changed})

    return attach


def _target(inventory: Inventory, region: str, machine: str) -> None:
    first = inventory.items(targets.KIND, region)[0]
    transport, *others = first["Listeners"]
    changed = transport | {"Targets": [transport["Targets"][0] | {"InstanceId": machine}]}
    inventory.update(targets.KIND, region, first["LoadBalancerId"], Listeners=[changed, *others])


ALIYUN = (aliyun, aliyun.FakeAliyun, "cn-shenzhen")
HUAWEI = (huawei, huawei.FakeHuawei, "cn-north-4")
TENCENT = (tencent, tencent.FakeTencent, "ap-guangzhou")
VOLCANO = (volcano, volcano.FakeVolcano, "cn-beijing")
CASES = (
    Case(*HUAWEI, "lb.dedicated", _member),
    Case(*ALIYUN, "lb.clb", _server("lb.clb", SERVERS, "ServerId")),
    Case(*ALIYUN, "lb.alb", _server("server_group.alb", SERVERS, "ServerId")),
    Case(*ALIYUN, "lb.nlb", _server("server_group.nlb", SERVERS, "ServerId")),
    Case(*TENCENT, "lb.clb", _target),
    Case(*VOLCANO, "lb.clb", _server("clb.group", "Servers", "InstanceId")),
)


@pytest.fixture(params=CASES, ids=lambda case: f"{case.provider} {case.type}")
def account(service: Service, request: pytest.FixtureRequest) -> Iterator[Account]:
    case: Case = request.param
    key = case.package.DEFAULT_KEY
    fake = case.fake(case.package.generate(90, regions=(case.region,)))
    with CloudServer(fake) as server:
        keys = {"access_key_id": key.access_key_id, "access_key_secret": key.access_key_secret}
        own = {"id": 7, "provider": case.provider, "name": "a", "credentials": keys, "endpoint": server.url}
        assert service.post("/accounts", own).status == 201
        service.finished("/tasks/sync-assets", case.sync | {"asset_types": ["ecs", case.type]})
        yield Account(case, service, fake)


def test_a_load_balancer_leads_to_its_machines_and_back(service: Service, account: Account) -> None:
    behind = {balancer: own for balancer, own in account.machines().items() if own}
    assert len(behind) > 1
    for balancer, own in behind.items():
        for machine in own:
            incoming = service.get(f"/assets/{machine}/relations").data["incoming"]
            assert balancer in {edge["id"] for edge in incoming}


def test_another_machine_behind_a_load_balancer_is_a_change_of_it_alone(service: Service, account: Account) -> None:
    inventory, case = account.cloud.inventory, account.case
    unused = inventory.native_ids("ecs", case.region)[-1]
    assert account.sync()["result"]["updated_count"] == 0
    case.attach(inventory, case.region, unused)
    assert account.sync()["result"]["updated_count"] == 1
    changed = service.get(f"/changes?since=2020-01-01&type={case.type}&kind=updated").data["changes"]
    assert {field["field"] for change in changed for field in change["fields"]} == {"relations"}


def test_a_task_that_has_to_stop_makes_not_even_the_further_calls_of_the_page_that_it_is_at(
    service: Service, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, calls = account.cloud.answer, []

    def told_at_the_second(call: Any) -> Any:
        calls.append(call)
        if len(calls) == 2:
            service.container.worker.drain()
        return answer(call)

    monkeypatch.setattr(account.cloud, "answer", told_at_the_second)
    task_id = service.post("/tasks/sync-assets", account.case.sync).data["task_id"]
    while not calls:
        assert service.batches()
    assert len(calls) == 2
    assert service.get(f"/tasks/{task_id}").data["status"] != "completed"


@pytest.mark.parametrize("account", CASES[:1], indirect=True, ids=["huawei"])
def test_machines_that_cannot_be_read_make_a_listing_incomplete_which_deletes_not_even_what_is_gone(
    account: Account,
) -> None:
    before, complete_at = account.machines(), account.scope()["complete_at"]
    inventory, case = account.cloud.inventory, account.case
    inventory.remove(case.type, case.region, inventory.native_ids(case.type, case.region)[0])
    with account.cloud.faults.ordered("denied", action="elb.ListAllMembers"):
        for _ in range(3):
            assert account.sync()["status"] == "failed"
    assert (account.scope()["verdict"], account.scope()["complete_at"]) == ("incomplete", complete_at)
    assert account.machines() == before
