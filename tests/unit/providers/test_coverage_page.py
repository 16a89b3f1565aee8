"""The table of what is listed agrees with the declarations it is made from."""

from __future__ import annotations

import pytest

from chalicelib.providers import get_provider, provider_names
from chalicelib.providers.kinds import KINDS, kind_of
from infra.coverage import COMMAND, PAGE, document


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document(), f"docs/coverage.md is out of date: run `{COMMAND}`"


@pytest.mark.parametrize("name", provider_names())
def test_every_kind_is_listed_or_has_a_reason_why_not(name: str) -> None:
    provider = get_provider(name)
    listed = {kind_of(asset_type) for asset_type in provider.asset_types}
    assert listed | provider.unsupported.keys() == set(KINDS)
    assert not listed & provider.unsupported.keys()
    assert all(provider.unsupported.values())
