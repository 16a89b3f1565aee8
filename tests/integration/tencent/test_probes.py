"""If an account may list a type."""

from __future__ import annotations

import pytest

from chalicelib.errors import AccessDenied, CloudUnavailable, FatalError
from chalicelib.providers.retry import no_retries
from chalicelib.providers.tencent.types import TYPES
from tests.integration.tencent.conftest import OTHER_REGION, REGION, Account, place_of


@pytest.mark.parametrize("asset_type", TYPES)
def test_a_type_that_may_be_listed_raises_nothing_in_one_call_of_each_kind(account: Account, asset_type: str) -> None:
    account.connect().probe(place_of(asset_type), asset_type)
    attached = TYPES[asset_type].attached
    assert sorted(account.fake.requests.values()) == [1] * (1 + len(attached.every_call if attached else ()))


@pytest.mark.parametrize("asset_type", TYPES)
def test_a_type_that_may_not_be_listed_is_denied(account: Account, asset_type: str) -> None:
    account.fake.faults.order("denied")
    with pytest.raises(AccessDenied):
        account.connect().probe(place_of(asset_type), asset_type)


def test_a_probe_is_of_one_region(account: Account) -> None:
    account.fake.faults.order("denied", region=REGION)
    account.connect().probe(OTHER_REGION, "ecs")


def test_a_probe_without_retries_says_what_went_wrong(account: Account) -> None:
    account.fake.faults.order("unavailable")
    with pytest.raises(CloudUnavailable, match="ServiceUnavailable"):
        account.connect(sleep=no_retries).probe(REGION, "ecs")
    assert account.fake.requests.total() == 1


def test_an_unknown_type_is_refused_before_any_call(account: Account) -> None:
    with pytest.raises(FatalError, match="spaceship"):
        account.connect().probe(REGION, "spaceship")
    assert not account.fake.requests
