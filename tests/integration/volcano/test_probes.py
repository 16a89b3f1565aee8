"""If an account may list a type."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.errors import AccessDenied
from chalicelib.providers.volcano import PROVIDER
from tests.integration.volcano.conftest import Account, place_of


@pytest.mark.parametrize("asset_type", PROVIDER.asset_types)
def test_a_type_is_denied_only_if_it_may_not_be_listed(account: Account, asset_type: str) -> None:
    cloud = account.connect()
    cloud.probe(place_of(asset_type), asset_type)
    account.fake.faults.order("denied")
    with pytest.raises(AccessDenied):
        cloud.probe(place_of(asset_type), asset_type)


def test_types_that_are_asked_for_at_once_get_their_own_answers(account: Account) -> None:
    cloud = account.connect()

    def listed(asset_type: str) -> tuple[str, ...]:
        pages = cloud.pages(place_of(asset_type), asset_type)
        return tuple(asset.native_id for page in pages for asset in page.assets)

    with ThreadPoolExecutor(8) as pool:
        for asset_type, found in zip(PROVIDER.asset_types, pool.map(listed, PROVIDER.asset_types), strict=True):
            assert found == account.fake.inventory.native_ids(asset_type, place_of(asset_type)), asset_type
