"""Reading items by dotted paths."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.providers.fields import text, texts, utc_text, values, without

ITEM: dict[str, Any] = {
    "Id": "i-1",
    "Cpu": 8,
    "Empty": "",
    "None": None,
    "Cards": {"Card": [{"Ip": "10.0.0.1", "Speed": 1}, {"Ip": "10.0.0.2", "Speed": 2}, {"Speed": 3}]},
}


def test_a_path_finds_what_lies_in_every_entry_of_a_list() -> None:
    assert list(values(ITEM, "Cards.Card.Ip")) == ["10.0.0.1", "10.0.0.2"]


def test_a_star_stands_for_every_value_of_an_object() -> None:
    item = {"addresses": {"vpc-1": [{"addr": "10.0.0.1"}], "vpc-2": [{"addr": "10.0.0.2"}, {}]}}
    assert list(values(item, "addresses.*.addr")) == ["10.0.0.1", "10.0.0.2"]
    assert list(values(item, "addresses.*.nothing")) == []


@pytest.mark.parametrize("path", ["Nothing", "Id.Deeper", "Cards.Nothing.Ip"])
def test_a_path_that_leads_nowhere_finds_nothing(path: str) -> None:
    assert list(values(ITEM, path)) == []
    assert text(ITEM, path) == ""


def test_texts_are_distinct_not_empty_and_in_order() -> None:
    assert texts(ITEM, ("Cards.Card.Ip", "Empty", "None", "Id", "Cards.Card.Ip")) == ("10.0.0.1", "10.0.0.2", "i-1")


def test_a_number_reads_as_text_and_no_path_as_empty() -> None:
    assert (text(ITEM, "Cpu"), text(ITEM, "")) == ("8", "")


def test_fields_are_left_out_at_any_depth_and_the_item_stays_as_it_is() -> None:
    left = without(ITEM, ("Cpu", "Cards.Card.Speed", "Nothing.There"))
    assert left == {
        "Id": "i-1",
        "Empty": "",
        "None": None,
        "Cards": {"Card": [{"Ip": "10.0.0.1"}, {"Ip": "10.0.0.2"}, {}]},
    }
    assert ITEM["Cpu"] == 8
    assert ITEM["Cards"]["Card"][2] == {"Speed": 3}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2017-12-10T04:04Z", "2017-12-10T04:04:00Z"),
        ("2021-06-07T06:08:54Z", "2021-06-07T06:08:54Z"),
        ("2021-06-07T06:08:54.123+08:00", "2021-06-06T22:08:54Z"),
        ("2021-06-07T06:08:54", "2021-06-07T06:08:54Z"),
        ("2017-12-05T2340:00Z", None),
        ("", None),
    ],
)
def test_times_become_utc_with_seconds_and_unreadable_ones_none(given: str, expected: str | None) -> None:
    assert utc_text(given) == expected
