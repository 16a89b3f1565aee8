"""Paging against a cloud that answers what the test wrote down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.errors import CloudRejected, CloudUnavailable
from chalicelib.providers.volcano.declaration import Product
from chalicelib.providers.volcano.lister import list_pages
from chalicelib.providers.volcano.types import TYPES


class Script:
    """Gives the answers in turn, or raises them, and keeps what it was asked."""

    def __init__(self, *answers: Mapping[str, Any] | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[Mapping[str, Any]] = []
        self.regions: list[str] = []

    def call(self, product: Product, action: str, region: str, query: Mapping[str, Any]) -> Mapping[str, Any]:
        self.asked.append(query)
        self.regions.append(region)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def volumes(*ids: str, **fields: Any) -> dict[str, Any]:
    return {"Volumes": [{"VolumeId": native_id} for native_id in ids]} | fields


def instances(*ids: str, **fields: Any) -> dict[str, Any]:
    return {"Instances": [{"InstanceId": native_id} for native_id in ids]} | fields


def listed(script: Script, asset_type: str, start: str | None = None, region: str = "cn-x") -> list[str]:
    pages = list_pages(script, TYPES[asset_type], region, start=start, sleep=lambda _: None)
    return [asset.native_id for page in pages for asset in page.assets]


def test_a_short_page_is_not_the_last() -> None:
    script = Script(*(volumes(f"vol-{number}", TotalCount=220) for number in range(3)))
    assert listed(script, "disk") == ["vol-0", "vol-1", "vol-2"]
    assert script.asked == [{"PageNumber": number, "PageSize": 100} for number in (1, 2, 3)]


@pytest.mark.parametrize(("asset_type", "name"), [("disk", "PageNumber"), ("cdn", "PageNum"), ("waf", "Page")])
def test_products_have_their_own_names_for_the_number_of_a_page(asset_type: str, name: str) -> None:
    script = Script({TYPES[asset_type].items: [], "Total": 0, "TotalCount": 0})
    listed(script, asset_type)
    assert script.asked[0][name] == 1


def test_a_total_that_is_too_large_does_not_page_for_ever() -> None:
    assert listed(Script(volumes("vol-1", TotalCount=10**9), volumes(TotalCount=10**9)), "disk") == ["vol-1"]


def test_a_short_or_empty_page_with_a_token_is_not_the_last() -> None:
    script = Script(instances("i-1", NextToken="a"), instances(NextToken="b"), instances("i-2", NextToken=""))
    assert listed(script, "ecs") == ["i-1", "i-2"]
    assert [query.get("NextToken") for query in script.asked] == [None, "a", "b"]


def test_a_token_that_leads_to_its_own_page_is_refused() -> None:
    script = Script(instances("i-1", NextToken="a"), instances("i-2", NextToken="a"))
    with pytest.raises(CloudRejected, match="leads to itself"):
        listed(script, "ecs")


@pytest.mark.parametrize("answer", [{}, {"TotalCount": 0}, {"Volumes": {}, "TotalCount": 0}])
def test_an_answer_without_the_list_is_no_empty_list(answer: dict[str, Any]) -> None:
    with pytest.raises(CloudRejected, match="without Volumes"):
        listed(Script(answer), "disk")


def test_a_null_in_place_of_the_list_is_empty_only_beside_a_total_of_nothing() -> None:
    assert listed(Script({"Volumes": None, "TotalCount": 0}), "disk") == []
    for total in (3, None, "0"):
        with pytest.raises(CloudRejected):
            listed(Script({"Volumes": None, "TotalCount": total}), "disk")


@pytest.mark.parametrize(("asset_type", "items"), [("ecs", "Instances"), ("oss", "Buckets")])
def test_a_null_in_place_of_a_list_that_has_no_total_is_refused(asset_type: str, items: str) -> None:
    with pytest.raises(CloudRejected, match=f"without {items}"):
        listed(Script({items: None, "NextToken": "", "TotalCount": 0}), asset_type)


def test_an_item_without_an_id_is_refused() -> None:
    with pytest.raises(CloudRejected, match="without VolumeId"):
        listed(Script({"Volumes": [{"VolumeName": "x"}], "TotalCount": 1}), "disk")


@pytest.mark.parametrize("fields", [{}, {"TotalCount": None}, {"TotalCount": "1"}])
def test_a_page_without_a_total_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(CloudRejected, match="TotalCount"):
        listed(Script(volumes("vol-1", **fields)), "disk")


@pytest.mark.parametrize(("asset_type", "items", "asked"), [("disk", "Volumes", "cn-x"), ("cdn", "Data", "cn-beijing")])
def test_types_of_no_region_are_asked_for_at_their_home(asset_type: str, items: str, asked: str) -> None:
    script = Script({items: [], "TotalCount": 0, "Total": 0})
    listed(script, asset_type)
    assert script.regions == [asked]


@pytest.mark.parametrize(("asset_type", "parameter"), [("redis", "RegionId"), ("waf", "Region")])
def test_some_products_want_the_region_among_the_parameters(asset_type: str, parameter: str) -> None:
    declared = TYPES[asset_type]
    script = Script({declared.items: [], "TotalInstancesNum": 0, "TotalCount": 0})
    listed(script, asset_type)
    assert script.asked[0][parameter] == "cn-x"


BALANCERS = {"LoadBalancers": [{"LoadBalancerId": "clb-1"}], "TotalCount": 1}
GROUPS = {"ServerGroups": [{"ServerGroupId": "rsp-1"}], "TotalCount": 1}
GROUP = {"ServerGroupId": "rsp-1", "LoadBalancerId": "clb-1", "Servers": [{"InstanceId": "i-1"}]}


def test_a_group_is_asked_for_by_its_id() -> None:
    script = Script(BALANCERS, GROUPS, GROUP)
    (page,) = list_pages(script, TYPES["lb.clb"], "cn-x", start=None, sleep=lambda _: None)
    assert page.assets[0].relations == {"ecs": ("i-1",)}
    assert script.asked[2] == {"ServerGroupId": "rsp-1"}
    assert script.regions == ["cn-x"] * 3


@pytest.mark.parametrize("missing", GROUP)
def test_an_answer_that_does_not_tell_all_of_a_group_is_refused(missing: str) -> None:
    left = {name: value for name, value in GROUP.items() if name != missing}
    with pytest.raises(CloudRejected, match="DescribeServerGroupAttributes answered"):
        listed(Script(BALANCERS, GROUPS, left), "lb.clb")


def test_servers_that_are_no_list_are_refused() -> None:
    with pytest.raises(CloudRejected, match="without Servers"):
        listed(Script(BALANCERS, GROUPS, GROUP | {"Servers": {"InstanceId": "i-1"}}), "lb.clb")


@pytest.mark.parametrize("total", [0, 2])
def test_groups_that_are_not_as_many_as_their_total_make_the_listing_one_to_repeat(total: int) -> None:
    empty = {"ServerGroups": [], "TotalCount": total}
    with pytest.raises(CloudUnavailable, match="do not belong together"):
        listed(Script(BALANCERS, GROUPS | {"TotalCount": total}, *[empty] * bool(total)), "lb.clb")
