"""If an account may list a type."""

from __future__ import annotations

import pytest

from chalicelib.errors import AccessDenied, FatalError
from chalicelib.providers.huawei.types import BY_NAME
from tests.integration.huawei.conftest import OTHER, REGION, Account, scope_of


@pytest.mark.parametrize("asset_type", BY_NAME)
def test_a_type_is_denied_only_if_it_may_not_be_listed(account: Account, asset_type: str) -> None:
    cloud = account.connect()
    cloud.probe(scope_of(asset_type), asset_type)
    account.fake.faults.order("denied")
    with pytest.raises(AccessDenied):
        cloud.probe(scope_of(asset_type), asset_type)


def test_a_probe_is_of_one_region_and_one_page(account: Account) -> None:
    account.fill("ecs", 2500)
    account.fake.faults.order("denied", region=OTHER)
    before = account.connect()
    before.regions()
    asked = account.fake.requests.total()
    before.probe(REGION, "ecs")
    assert account.fake.requests.total() == asked + 1


def test_an_unknown_type_is_refused_before_any_call(account: Account) -> None:
    with pytest.raises(FatalError, match="spaceship"):
        account.connect().probe(REGION, "spaceship")
    assert not account.fake.requests
