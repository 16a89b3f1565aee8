"""Which assets relations lead to, and that none of many is lost without a word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chalicelib.assets.model import Scope
from chalicelib.assets.run import Run
from chalicelib.providers.base import GLOBAL, ListedAsset, Page
from tests.api.conftest import Service

HERE, THERE = "cn-shenzhen", "cn-hangzhou"
MANY = 103


def listed(service: Service, kind: str, region: str, *assets: ListedAsset) -> Sequence[str]:
    """Have assets in the inventory; returns their ids."""
    scope = Scope("default", "aliyun", 123, region, kind)
    page = Page(tuple(assets), None)
    service.container.services.reconciler.reconcile(scope, lambda start: iter([page]), Run(f"{kind} of {region}"))
    return [scope.asset_id(asset.native_id) for asset in assets]


def related(service: Service, asset_id: str) -> Any:
    return service.get(f"/assets/{asset_id}/relations").data


def outgoing(service: Service, asset_id: str) -> list[str | None]:
    return [edge["id"] for edge in related(service, asset_id)["outgoing"]]


def incoming(service: Service, asset_id: str) -> set[str]:
    return {edge["id"] for edge in related(service, asset_id)["incoming"]}


def to(kind: str, native_id: str = "web") -> ListedAsset:
    return ListedAsset("from", relations={kind: (native_id,)})


def test_an_id_that_assets_of_several_kinds_have_leads_to_the_kind_of_the_relation(service: Service) -> None:
    (balancer,) = listed(service, "lb.clb", HERE, ListedAsset("web"))
    (machine,) = listed(service, "ecs", HERE, ListedAsset("web"))
    (source,) = listed(service, "eip", HERE, to("lb"))
    (other,) = listed(service, "eni", HERE, to("ecs"))
    (lost,) = listed(service, "disk", HERE, to("rds"))
    assert (outgoing(service, source), outgoing(service, other)) == ([balancer], [machine])
    assert outgoing(service, lost) == [None]
    assert (incoming(service, balancer), incoming(service, machine)) == ({source}, {other})


def test_an_id_that_several_regions_have_leads_to_the_same_region_then_to_none_then_to_another(
    service: Service,
) -> None:
    (far,) = listed(service, "vpc", THERE, ListedAsset("web"))
    (source,) = listed(service, "ecs", HERE, to("vpc"))
    assert (outgoing(service, source), incoming(service, far)) == ([far], {source})
    (everywhere,) = listed(service, "vpc", GLOBAL, ListedAsset("web"))
    assert (outgoing(service, source), incoming(service, everywhere)) == ([everywhere], {source})
    (near,) = listed(service, "vpc", HERE, ListedAsset("web"))
    assert (outgoing(service, source), incoming(service, near)) == ([near], {source})
    assert incoming(service, far) == incoming(service, everywhere) == set()


def test_an_asset_of_the_same_name_as_what_it_belongs_to_leads_there_and_not_to_itself(service: Service) -> None:
    cluster, *_ = listed(service, "mongodb.cluster", HERE, ListedAsset("web"))
    instance, *_ = listed(service, "mongodb.a_member", HERE, ListedAsset("web", relations={"mongodb": ("web",)}))
    assert outgoing(service, instance) == [cluster]
    assert (incoming(service, cluster), incoming(service, instance)) == ({instance}, set())


def test_more_relations_than_are_shown_are_told_of_and_all_are_listed_page_by_page(service: Service) -> None:
    (network,) = listed(service, "vpc", HERE, ListedAsset("vpc-1"))
    machines = [ListedAsset(f"i-{number}", relations={"vpc": ("vpc-1",)}) for number in range(MANY)]
    ids = listed(service, "ecs", HERE, *machines)
    shown = related(service, network)
    assert (shown["more"], len(shown["incoming"])) == (True, 100)
    assert related(service, ids[0])["more"] is False
    page = service.get("/assets?refers_to=vpc-1&limit=100").data
    rest = service.get(f"/assets?refers_to=vpc-1&limit=100&cursor={page['next_cursor']}").data
    assert {asset["id"] for asset in page["assets"] + rest["assets"]} == set(ids)
    assert page["total"] == MANY
