"""What counts as an answer of a cloud."""

from __future__ import annotations

import pytest

from chalicelib.providers.answers import json_object


@pytest.mark.parametrize("body", ['{"a": [1, "ü"]}', '{"a": [1, "ü"]}'.encode()])
def test_an_object_is_read_from_text_and_bytes(body: str | bytes) -> None:
    assert json_object(body) == {"a": [1, "ü"]}


@pytest.mark.parametrize("body", ["", "<html>", "[1]", "null", '{"a": NaN}', "{", "[" * 100_000, b"\xff{}", "\ud800"])
def test_what_is_no_object_is_none(body: str | bytes) -> None:
    assert json_object(body) is None
