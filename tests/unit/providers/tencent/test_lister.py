"""Paging against a cloud that answers what the test wrote down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.errors import CloudRejected, CloudUnavailable, Refused
from chalicelib.providers.tencent.declaration import Product
from chalicelib.providers.tencent.lister import list_pages
from chalicelib.providers.tencent.types import TYPES


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


def instances(*ids: str, **fields: Any) -> dict[str, Any]:
    return {"InstanceSet": [{"InstanceId": native_id} for native_id in ids]} | fields


def balancers(*ids: str, **fields: Any) -> dict[str, Any]:
    return {"LoadBalancers": [{"LoadBalancerId": native_id} for native_id in ids]} | fields


def listed(script: Script, asset_type: str, start: str | None = None, region: str = "ap-x") -> list[str]:
    declared = replace(TYPES[asset_type], attached=None)
    pages = list_pages(script, declared, region, start=start, sleep=lambda _: None)
    return [asset.native_id for page in pages for asset in page.assets]


def test_a_short_page_is_not_the_last_and_offsets_stay_multiples_of_the_size() -> None:
    script = Script(*(instances(f"ins-{number}", TotalCount=220) for number in range(3)))
    assert listed(script, "ecs") == ["ins-0", "ins-1", "ins-2"]
    assert [(query["Offset"], query["Limit"]) for query in script.asked] == [(0, 100), (100, 100), (200, 100)]


def test_products_that_want_numbers_as_text_get_them() -> None:
    script = Script({"VpcSet": [{"VpcId": "vpc-1"}], "TotalCount": 1})
    assert listed(script, "vpc") == ["vpc-1"]
    assert script.asked == [{"Offset": "0", "Limit": "100"}]


def test_a_total_that_is_too_large_does_not_page_for_ever() -> None:
    assert listed(Script(instances("ins-1", TotalCount=10**9), instances(TotalCount=10**9)), "ecs") == ["ins-1"]


def test_a_short_or_empty_page_with_a_token_is_not_the_last() -> None:
    script = Script(balancers("alb-1", NextToken="a"), balancers(NextToken="b"), balancers("alb-2", NextToken=""))
    assert listed(script, "lb.alb") == ["alb-1", "alb-2"]
    assert [query.get("NextToken") for query in script.asked] == [None, "a", "b"]


def test_a_token_that_leads_to_its_own_page_is_refused() -> None:
    script = Script(balancers("alb-1", NextToken="a"), balancers("alb-2", NextToken="a"))
    with pytest.raises(CloudRejected, match="leads to itself"):
        listed(script, "lb.alb")


@pytest.mark.parametrize("answer", [{}, {"TotalCount": 0}, {"InstanceSet": {}, "TotalCount": 0}])
def test_an_answer_without_the_list_is_no_empty_list(answer: dict[str, Any]) -> None:
    with pytest.raises(CloudRejected, match="without InstanceSet"):
        listed(Script(answer), "ecs")


def test_a_null_in_place_of_the_list_is_empty_only_beside_a_total_of_nothing() -> None:
    assert listed(Script({"InstanceSet": None, "TotalCount": 0}), "ecs") == []
    for total in (3, None, "0"):
        with pytest.raises(CloudRejected):
            listed(Script({"InstanceSet": None, "TotalCount": total}), "ecs")


def test_a_null_in_place_of_a_list_that_has_no_total_is_refused() -> None:
    with pytest.raises(CloudRejected, match="without LoadBalancers"):
        listed(Script({"LoadBalancers": None, "NextToken": ""}), "lb.alb")


def test_an_item_without_an_id_is_refused() -> None:
    with pytest.raises(CloudRejected, match="without InstanceId"):
        listed(Script({"InstanceSet": [{"InstanceName": "x"}], "TotalCount": 1}), "ecs")


@pytest.mark.parametrize("fields", [{}, {"TotalCount": None}, {"TotalCount": "1"}])
def test_a_page_without_a_total_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(CloudRejected, match="TotalCount"):
        listed(Script(instances("ins-1", **fields)), "ecs")


def test_an_account_without_domains_is_told_so_by_an_error() -> None:
    assert listed(Script(Refused("none", "ResourceNotFound.NoDataOfDomain")), "dns") == []


def test_the_same_error_behind_a_page_or_for_another_type_stays_an_error() -> None:
    refused = Refused("none", "ResourceNotFound.NoDataOfDomain")
    with pytest.raises(CloudRejected):
        listed(Script(refused), "dns", start="3000")
    with pytest.raises(CloudRejected):
        listed(Script(refused), "cdn")


@pytest.mark.parametrize(
    ("asset_type", "items", "asked"),
    [("ecs", "InstanceSet", "ap-x"), ("cdn", "Domains", ""), ("waf.overseas", "Domains", "ap-seoul")],
)
def test_types_of_no_region_are_asked_for_at_their_home(asset_type: str, items: str, asked: str) -> None:
    script = Script({items: [], "TotalCount": 0, "TotalNumber": 0, "Total": 0})
    listed(script, asset_type)
    assert script.regions == [asked]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("ResourceNotFound", CloudUnavailable),
        ("ResourceNotFound.Listener", CloudUnavailable),
        ("ResourceUnavailable.LoadBalancer", CloudUnavailable),
        ("InvalidParameter.LBIdNotFound", CloudUnavailable),
        ("InvalidParameterValue", Refused),
    ],
)
def test_only_what_is_gone_or_changes_while_it_is_listed_makes_a_listing_one_to_repeat(
    code: str, kind: type[Exception]
) -> None:
    script = Script(balancers("alb-1", NextToken=""), Refused(f"{code}: no", code))
    with pytest.raises(kind, match=code):
        next(list_pages(script, TYPES["lb.alb"], "ap-x", start=None, sleep=lambda _: None))
    assert len(script.asked) == 2


@pytest.mark.parametrize("fields", [{}, {"TotalCount": None}])
def test_a_further_call_that_does_not_tell_how_much_there_is_is_refused(fields: dict[str, Any]) -> None:
    script = Script(balancers("alb-1", NextToken=""), {"Listeners": [], "NextToken": ""} | fields)
    with pytest.raises(CloudRejected, match="TotalCount"):
        next(list_pages(script, TYPES["lb.alb"], "ap-x", start=None, sleep=lambda _: None))
