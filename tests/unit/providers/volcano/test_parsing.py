"""What becomes of an item's fields."""

from __future__ import annotations

import pytest

from chalicelib.providers.volcano.parsing import asset_of, utc_time
from chalicelib.providers.volcano.types import TYPES


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2021-11-09T14:02:14Z", "2021-11-09T14:02:14Z"),
        ("2021-08-19T09:16:05.000Z", "2021-08-19T09:16:05Z"),
        ("2024-07-18T10:46:12+08:00", "2024-07-18T02:46:12Z"),
        ("2023-09-26 17:36:07", "2023-09-26T09:36:07Z"),
        ("1732245392", "2024-11-22T03:16:32Z"),
        ("0000-00-00 00:00:00", None),
        ("0", None),
        ("", None),
    ],
)
def test_times_are_read_in_all_the_ways_products_write_them(written: str, meant: str | None) -> None:
    assert utc_time(written) == meant


@pytest.mark.parametrize(
    ("bound", "relations"),
    [
        ("i-1", {"ecs": ("i-1",)}),
        ("eni-1", {"eni": ("eni-1",)}),
        ("clb-1", {"lb.clb": ("clb-1",)}),
        ("alb-1", {"lb.alb": ("alb-1",)}),
        ("nlb-1", {"lb.nlb": ("nlb-1",)}),
        ("ngw-1", {}),
        ("", {}),
        (None, {}),
    ],
)
def test_what_an_address_is_bound_to_is_told_by_the_id(bound: str | None, relations: dict[str, object]) -> None:
    assert asset_of({"AllocationId": "eip-1", "InstanceId": bound}, TYPES["eip"]).relations == relations


def test_a_domain_is_protected_at_the_balancer_whose_kind_its_id_tells() -> None:
    access = [{"InstanceID": "alb-1"}, {"InstanceID": "clb-2"}]
    item = {"Domain": "example.com", "CloudAccessConfig": access, "TCPListenerConfig": [{"InstanceID": "clb-1"}]}
    assert asset_of(item, TYPES["waf"]).relations == {"lb.clb": ("clb-1", "clb-2"), "lb.alb": ("alb-1",)}


@pytest.mark.parametrize("tags", [None, [], [None], [{"Key": "", "Value": "x"}]])
def test_no_tags_are_no_tags_however_they_are_written(tags: object) -> None:
    assert asset_of({"ZID": 7, "Tags": tags}, TYPES["dns"]).tags == {}


def test_numbers_for_ids_and_states_become_text() -> None:
    assert asset_of({"ZID": 100007}, TYPES["dns"]).native_id == "100007"
    assert asset_of({"Domain": "example.com", "Status": 1}, TYPES["waf"]).status == "1"


def test_an_instance_over_many_zones_is_in_the_first() -> None:
    assert asset_of({"InstanceId": "redis-1", "ZoneIds": ["a", "b"]}, TYPES["redis"]).zone == "a"
