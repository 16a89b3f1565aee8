"""Paging against a cloud that answers what the test wrote down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from chalicelib.errors import CloudRejected
from chalicelib.providers.huawei.declaration import Api
from chalicelib.providers.huawei.lister import list_pages
from chalicelib.providers.huawei.types import BY_NAME


class Script:
    """Gives the answers in turn and keeps what it was asked."""

    def __init__(self, *answers: Mapping[str, Any]) -> None:
        self._answers = list(answers)
        self.asked: list[Mapping[str, str]] = []

    def call(self, api: Api, region: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        self.asked.append(query)
        return self._answers.pop(0)


def answer(items: str, *ids: str, **fields: Any) -> dict[str, Any]:
    return {items: [{"id": native_id} for native_id in ids]} | fields


def listed(script: Script, asset_type: str, start: str | None = None) -> list[str]:
    pages = list_pages(script, BY_NAME[asset_type], "cn-x", start=start, sleep=lambda _: None)
    return [asset.native_id for page in pages for asset in page.assets]


def test_a_short_page_by_last_id_is_not_the_last_but_an_empty_one_is() -> None:
    script = Script(
        answer("servers", "i-1", "i-2", count=3), answer("servers", "i-3", count=3), answer("servers", count=3)
    )
    assert listed(script, "ecs") == ["i-1", "i-2", "i-3"]
    assert [query.get("marker") for query in script.asked] == [None, "i-2", "i-3"]


def test_a_page_info_leads_on_until_it_has_no_next_marker() -> None:
    script = Script(
        answer("vpcs", "v-1", page_info={"next_marker": "a"}),
        answer("vpcs", page_info={"next_marker": "b"}),
        answer("vpcs", "v-2", page_info={"current_count": 1}),
    )
    assert listed(script, "vpc") == ["v-1", "v-2"]
    assert [query.get("marker") for query in script.asked] == [None, "a", "b"]


def test_a_page_without_its_page_info_is_refused_unless_it_is_empty() -> None:
    assert listed(Script(answer("vpcs")), "vpc") == []
    with pytest.raises(CloudRejected, match="page_info"):
        listed(Script(answer("vpcs", "v-1")), "vpc")


def test_an_offset_is_the_number_of_items_seen_however_short_the_pages() -> None:
    script = Script(
        answer("instances", "d-1", "d-2", total_count=4),
        answer("instances", "d-3", total_count=4),
        answer("instances", "d-4", total_count=4),
    )
    assert listed(script, "rds") == ["d-1", "d-2", "d-3", "d-4"]
    assert [query["offset"] for query in script.asked] == ["0", "2", "3"]


def test_offsets_of_search_clusters_begin_at_one() -> None:
    script = Script(answer("clusters", "c-1", "c-2"), answer("clusters"))
    assert listed(script, "elasticsearch") == ["c-1", "c-2"]
    assert [query["start"] for query in script.asked] == ["1", "3"]


def test_a_short_numbered_page_is_not_the_last() -> None:
    script = Script(answer("items", "w-1", total=120), answer("items", "w-2", total=120))
    assert listed(script, "waf") == ["w-1", "w-2"]
    assert [(query["page"], query["pagesize"]) for query in script.asked] == [("1", "100"), ("2", "100")]


@pytest.mark.parametrize(
    ("asset_type", "items", "total"), [("waf", "items", "total"), ("rds", "instances", "total_count")]
)
def test_a_total_that_is_too_large_does_not_page_for_ever(asset_type: str, items: str, total: str) -> None:
    script = Script(answer(items, "x-1", **{total: 10**9}), answer(items, **{total: 10**9}))
    assert listed(script, asset_type) == ["x-1"]


@pytest.mark.parametrize(
    ("asset_type", "answers"),
    [
        ("vpc", [answer("vpcs", "v", page_info={"next_marker": "a"}) for _ in range(2)]),
        ("ecs", [answer("servers", "i-1", count=2) for _ in range(2)]),
    ],
)
def test_a_marker_that_leads_to_its_own_page_is_refused(asset_type: str, answers: list[dict[str, Any]]) -> None:
    with pytest.raises(CloudRejected, match="leads to itself"):
        listed(Script(*answers), asset_type)


@pytest.mark.parametrize(
    ("asset_type", "items", "total"),
    [("ecs", "servers", "count"), ("rds", "instances", "total_count"), ("waf", "items", "total")],
)
@pytest.mark.parametrize("wrong", [{}, {"value": "3"}, {"value": True}, {"value": None}])
def test_a_page_without_its_total_is_refused(asset_type: str, items: str, total: str, wrong: dict[str, Any]) -> None:
    fields = {total: wrong["value"]} if wrong else {}
    with pytest.raises(CloudRejected, match=f"without a {total}"):
        listed(Script(answer(items, "x-1", **fields), answer(items, **fields)), asset_type)


@pytest.mark.parametrize("asset_type", BY_NAME)
@pytest.mark.parametrize("document", [{}, {"Buckets": {}}, {"error": "?"}])
def test_an_answer_without_the_list_is_no_empty_list(asset_type: str, document: dict[str, Any]) -> None:
    with pytest.raises(CloudRejected, match=f"without {BY_NAME[asset_type].items}"):
        listed(Script(document), asset_type)


def test_an_item_without_an_id_is_refused() -> None:
    with pytest.raises(CloudRejected, match="without instance_id"):
        listed(Script(answer("instances", "x")), "redis")


def test_a_listing_resumes_where_its_token_says() -> None:
    script = Script(answer("instances", "d-3", total_count=3))
    assert listed(script, "rds", start="2") == ["d-3"]
    assert script.asked[0]["offset"] == "2"
