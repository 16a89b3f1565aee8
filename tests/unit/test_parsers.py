"""What reads a text or a document that somebody else kept: no crash, and nothing accepted that was not made here."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api.cursors import cursor_behind, position_of
from chalicelib.assets.checkpoint import Checkpoint
from chalicelib.assets.filter import SORTS
from chalicelib.assets.listing import Listing
from chalicelib.assets.model import Asset, Scope
from chalicelib.assets.result import COUNTS
from chalicelib.errors import CloudRejected, InvalidRequest
from chalicelib.executors.discover_assets import _Done
from chalicelib.providers import PROVIDERS
from chalicelib.providers.fields import utc_text

rubbish: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
json_rubbish: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
orders = st.sampled_from([f"{sign}{name}" for sign in ("", "-") for name in SORTS])
asset_ids = st.text("0123456789abcdef", min_size=32, max_size=32)
moments = st.datetimes(datetime(1971, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)


def encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


cursors = (
    st.text()
    | st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode())
    | json_rubbish.map(encoded)
    | st.tuples(orders, st.text() | moments.map(str), asset_ids | st.text()).map(encoded)
)


@given(cursors, orders)
def test_a_cursor_is_refused_or_is_one_that_was_made_here(cursor: str, order: str) -> None:
    try:
        position = position_of(cursor, order)
    except InvalidRequest:
        return
    assert base64.urlsafe_b64decode(cursor).decode().startswith(f'["{order}",')
    assert len(position.id) == 32


@given(st.text(max_size=300), moments, asset_ids, orders)
def test_a_cursor_leads_to_where_its_page_ended(name: str, moment: datetime, asset_id: str, order: str) -> None:
    fields = {"name": name}
    asset = Asset(asset_id, Scope("t", "aliyun", 1, "r", "ecs"), fields, moment, moment, "task", 0, None)
    position = position_of(cursor_behind(asset, order), order)
    value = {"id": asset_id, "name": name}.get(order.removeprefix("-"), moment)
    assert (position.value, position.id) == (value, asset_id)


@given(st.text(max_size=300), asset_ids, orders, orders)
def test_a_cursor_is_good_for_its_own_order_only(name: str, asset_id: str, order: str, other: str) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    asset = Asset(asset_id, Scope("t", "aliyun", 1, "r", "ecs"), {"name": name}, at, at, "task", 0, None)
    if order != other:
        with pytest.raises(InvalidRequest):
            position_of(cursor_behind(asset, order), other)


checkpoints = st.fixed_dictionaries(
    {
        "listing": st.fixed_dictionaries(
            {
                "token": st.text(min_size=1, max_size=20),
                "seen": st.lists(st.binary(min_size=8, max_size=8), max_size=4, unique=True).map(
                    lambda marks: b"".join(sorted(marks, key=lambda mark: int.from_bytes(mark, "little")))
                ),
                "duplicates": st.integers(0, 5),
                "announced": st.none() | st.integers(0, 10**6),
            }
        ),
        "counts": st.fixed_dictionaries({name: st.integers(0, 10**6) for name in COUNTS}),
    }
)


@given(checkpoints)
def test_a_checkpoint_is_read_back(document: dict[str, Any]) -> None:
    read = Checkpoint.from_document(document)
    assert read is not None
    assert read.to_document() == document


@given(checkpoints, st.data())
def test_a_checkpoint_that_was_tampered_with_is_none(document: dict[str, Any], data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(["listing", "counts"]))
    name = data.draw(st.sampled_from(sorted(document[part])))
    change = data.draw(st.sampled_from(["missing", "list", "text of another kind", "negative", "more"]))
    if change == "missing":
        del document[part][name]
    elif change == "more":
        document[part]["$where"] = 1
    else:
        document[part][name] = {"list": [1], "text of another kind": b"x" if name == "token" else "1", "negative": -1}[
            change
        ]
    assert Checkpoint.from_document(document) is None


@given(rubbish)
def test_any_other_document_is_no_checkpoint(value: Any) -> None:
    assert Checkpoint.from_document(value) is None
    assert _Done.left(value) is None


@given(st.binary())
def test_marks_that_were_cut_off_are_no_checkpoint(seen: bytes) -> None:
    listing = Listing("t").to_document() | {"seen": seen}
    read = Checkpoint.from_document({"listing": listing, "counts": dict.fromkeys(COUNTS, 0)})
    assert (read is not None) == (len(seen) % 8 == 0)


def _pagings() -> dict[str, Any]:
    """Every way in which a declared type of a cloud is paged; those of AWS are AWS's own."""
    found = {}
    for name in sorted(set(PROVIDERS) - {"aws"}):
        types = import_module(f"{PROVIDERS[name]}.types")
        for declared in (getattr(types, "BY_NAME", None) or types.TYPES).values():
            found[f"{name} {type(declared.paging).__name__}"] = declared.paging
    return found


@pytest.mark.parametrize("paging", _pagings().values(), ids=_pagings().keys())
@given(
    token=st.text(min_size=1) | st.integers().map(str) | st.sampled_from(["²", "٣", "1e3", "-1", "0", " 1", "9" * 50])
)
def test_a_page_token_is_sent_as_it_is_or_refused(paging: Any, token: str) -> None:
    try:
        asked = paging.query(token)
    except CloudRejected:
        return
    assert all(isinstance(value, str | int) for value in asked.values())


@given(st.text() | st.sampled_from(["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "0001-01-01T00:00:00Z"]))
def test_a_time_of_a_cloud_is_read_or_left_out(value: str) -> None:
    shown = utc_text(value)
    assert shown is None or shown.endswith("Z")
