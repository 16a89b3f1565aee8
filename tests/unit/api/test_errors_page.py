"""The table of errors agrees with the tree it is made from, and the tree says of every error what to do."""

from __future__ import annotations

import pytest

from chalicelib.errors import ApiError, api_errors
from infra.errors import COMMAND, PAGE, document

every_kind = pytest.mark.parametrize("kind", api_errors(), ids=[kind.__name__ for kind in api_errors()])


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), f"docs/errors.md is out of date: run `{COMMAND}`"


def test_no_two_kinds_share_a_code() -> None:
    codes = [kind.code for kind in api_errors()]
    assert len(set(codes)) == len(codes)


@every_kind
def test_a_code_begins_with_its_status(kind: type[ApiError]) -> None:
    assert kind.code // 100 == kind.status


@every_kind
def test_every_kind_says_when_it_is_met_and_what_to_do(kind: type[ApiError]) -> None:
    assert "__doc__" in vars(kind)
    assert kind.__doc__
    assert "remedy" in vars(kind)
