"""What becomes of an item's fields."""

from __future__ import annotations

import pytest

from chalicelib.providers.tencent.parsing import asset_of, utc_time
from chalicelib.providers.tencent.types import TYPES


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2020-09-22T00:00:00Z", "2020-09-22T00:00:00Z"),
        ("2020-09-22T00:00:00+00:00", "2020-09-22T00:00:00Z"),
        ("2024-07-18T10:46:12+08:00", "2024-07-18T02:46:12Z"),
        ("2018-09-26 17:36:07", "2018-09-26T09:36:07Z"),
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
        ("ins-1", {"ecs": ("ins-1",)}),
        ("lb-1", {"lb.clb": ("lb-1",)}),
        ("eni-1", {"eni": ("eni-1",)}),
        ("nat-1", {}),
        (None, {}),
    ],
)
def test_what_an_address_is_bound_to_is_told_by_the_id(bound: str | None, relations: dict[str, object]) -> None:
    assert asset_of({"AddressId": "eip-1", "InstanceId": bound}, TYPES["eip"]).relations == relations


@pytest.mark.parametrize("tags", [None, [], [None], [{"TagKey": "", "TagValue": "x"}]])
def test_no_tags_are_no_tags_however_they_are_written(tags: object) -> None:
    assert asset_of({"DomainId": 7, "TagList": tags}, TYPES["dns"]).tags == {}


def test_numbers_for_ids_and_states_become_text() -> None:
    asset = asset_of({"InstanceId": "crs-1", "Status": 2, "ZoneId": 100002}, TYPES["redis"])
    assert (asset.native_id, asset.status, asset.zone) == ("crs-1", "2", "100002")
