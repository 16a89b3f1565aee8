"""Paging against a cloud that answers what the test wrote down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.errors import CloudRejected
from chalicelib.providers.aliyun.lister import list_pages
from chalicelib.providers.aliyun.types import BY_NAME, Product


class Script:
    """Gives the answers in turn and keeps what it was asked."""

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        self._answers = list(answers)
        self.asked: list[Mapping[str, str]] = []
        self.regions: list[str] = []

    def call(
        self, product: Product, action: str, region: str, query: Mapping[str, str], path: str = "/"
    ) -> Mapping[str, Any]:
        self.asked.append(query)
        self.regions.append(region)
        return self._answers.pop(0)


def instances(*ids: str, **fields: Any) -> dict[str, Any]:
    return {"Instances": {"Instance": [{"InstanceId": native_id} for native_id in ids]}} | fields


def vpcs(*ids: str, **fields: Any) -> dict[str, Any]:
    return {"Vpcs": {"Vpc": [{"VpcId": native_id} for native_id in ids]}} | fields


def listed(script: Script, asset_type: str, start: str | None = None) -> list[str]:
    pages = list_pages(script, BY_NAME[asset_type], "cn-x", start=start, sleep=lambda _: None)
    return [asset.native_id for page in pages for asset in page.assets]


def test_a_short_or_empty_page_with_a_token_is_not_the_last() -> None:
    script = Script(instances("i-1", NextToken="a"), instances(NextToken="b"), instances("i-2", NextToken=""))
    assert listed(script, "ecs") == ["i-1", "i-2"]
    assert [query.get("NextToken") for query in script.asked] == [None, "a", "b"]


def test_a_short_numbered_page_is_not_the_last() -> None:
    script = Script(vpcs("vpc-1", TotalCount=120), vpcs("vpc-2", TotalCount=120), vpcs("vpc-3", TotalCount=120))
    assert listed(script, "vpc") == ["vpc-1", "vpc-2", "vpc-3"]
    assert [(query["PageNumber"], query["PageSize"]) for query in script.asked] == [
        ("1", "50"),
        ("2", "50"),
        ("3", "50"),
    ]


def test_a_full_page_that_ends_at_the_total_is_not_taken_for_the_last() -> None:
    full = [f"vpc-{number}" for number in range(50)]
    script = Script(vpcs(*full, TotalCount=50), vpcs("vpc-more", TotalCount=50))
    assert listed(script, "vpc") == [*full, "vpc-more"]


def test_a_total_that_is_too_large_does_not_page_for_ever() -> None:
    script = Script(vpcs("vpc-1", TotalCount=10**9), vpcs(TotalCount=10**9))
    assert listed(script, "vpc") == ["vpc-1"]


def test_a_token_that_leads_to_its_own_page_is_refused() -> None:
    script = Script(instances("i-1", NextToken="a"), instances("i-2", NextToken="a"))
    with pytest.raises(CloudRejected, match="leads to itself"):
        listed(script, "ecs")


def test_every_request_names_the_region() -> None:
    script = Script(vpcs(TotalCount=0))
    listed(script, "vpc")
    assert script.asked[0]["RegionId"] == "cn-x"


def test_an_answer_without_the_list_is_no_empty_list() -> None:
    with pytest.raises(CloudRejected, match=r"without Instances\.Instance"):
        listed(Script({"Instances": {}}), "ecs")


def test_an_item_without_an_id_is_refused() -> None:
    with pytest.raises(CloudRejected, match="without InstanceId"):
        listed(Script({"Instances": {"Instance": [{"InstanceName": "x"}]}}), "ecs")


def test_a_numbered_page_without_a_total_is_refused() -> None:
    with pytest.raises(CloudRejected, match="TotalCount"):
        listed(Script(vpcs("vpc-1")), "vpc")


def buckets(*names: str, **fields: Any) -> dict[str, Any]:
    return {"Buckets": {"Bucket": [{"Name": name} for name in names]}} | fields


def test_only_a_truncated_listing_goes_on_behind_its_marker() -> None:
    script = Script(buckets("a", IsTruncated="true", NextMarker="a"), buckets("b", IsTruncated="false", NextMarker="b"))
    assert listed(script, "oss") == ["a", "b"]
    assert script.asked == [{"max-keys": "1000"}, {"max-keys": "1000", "marker": "a"}]


@pytest.mark.parametrize("marker", ["", "a"])
def test_a_marker_that_leads_nowhere_is_refused(marker: str) -> None:
    script = Script(buckets("a", IsTruncated="true", NextMarker="a"), buckets(IsTruncated="true", NextMarker=marker))
    with pytest.raises(CloudRejected, match="leads nowhere"):
        listed(script, "oss")


def test_names_and_totals_of_pages_are_the_products_own() -> None:
    page = {"Result": [{"instanceId": "es-1"}], "Headers": {"X-Total-Count": 101}}
    script = Script(page, {"Result": [{"instanceId": "es-2"}], "Headers": {"X-Total-Count": 101}})
    assert listed(script, "elasticsearch") == ["es-1", "es-2"]
    assert script.asked[1] == {"RegionId": "cn-x", "page": "2", "size": "100"}


def test_what_belongs_to_no_region_is_asked_for_where_it_is_at_home() -> None:
    script = Script({"InstanceId": "waf-1"})
    assert listed(script, "waf.overseas") == ["waf-1"]
    assert (script.regions, script.asked) == (["ap-southeast-1"], [{"RegionId": "ap-southeast-1"}])


def test_a_firewall_that_is_not_there_is_no_asset() -> None:
    assert listed(Script({"RequestId": "1"}), "waf.mainland") == []


def test_an_unpaged_answer_without_its_list_is_refused() -> None:
    with pytest.raises(CloudRejected, match=r"without InstanceList\.InstanceVO"):
        listed(Script({"Success": False, "Code": 500}), "kafka")
