"""What a request may say: parameters and options side by side, everything else refused."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import InvalidRequest
from chalicelib.tasks.submission import fingerprint, parse
from tests.support.probe import ProbeParams

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.text(), st.integers(0, 9), st.integers(0, 10), st.integers(1, 86400))
def test_parameters_and_options_are_told_apart(name: str, priority: int, retries: int, timeout: int) -> None:
    body = {"name": name, "priority": priority, "max_retry": retries, "timeout_seconds": timeout}
    params, options = parse(ProbeParams, body)
    assert params == ProbeParams(name=name)
    assert options.model_dump() == {"priority": priority, "max_retry": retries, "timeout_seconds": timeout}


@given(st.binary())
def test_any_bytes_are_parsed_or_refused(body: bytes) -> None:
    with suppress(InvalidRequest):
        parse(ProbeParams, body)


@given(values)
def test_any_json_is_parsed_or_refused_without_repeating_it(value: Any) -> None:
    with pytest.raises(InvalidRequest) as refused:
        parse(ProbeParams, json.dumps({"priority": "a-secret", "more": value}))
    assert "a-secret" not in refused.value.message


@pytest.mark.parametrize(
    "body",
    [
        {"priority": 10},
        {"priority": -1},
        {"max_retry": 11},
        {"timeout_seconds": 0},
        {"timeout_seconds": 86401},
        {"x": 1},
    ],
)
def test_values_out_of_bounds_are_refused(body: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest, match=next(iter(body))):
        parse(ProbeParams, body)


@given(st.dictionaries(st.text(), values, max_size=5))
def test_a_fingerprint_does_not_depend_on_the_order_of_keys(value: dict[str, Any]) -> None:
    assert fingerprint(value) == fingerprint(dict(reversed(value.items())))
