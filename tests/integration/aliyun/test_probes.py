"""If an account may list a type."""

from __future__ import annotations

import pytest

from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable, FatalError
from chalicelib.providers.aliyun.dryrun import dry_run
from chalicelib.providers.aliyun.types import TYPES, AssetType
from chalicelib.providers.base import GLOBAL
from chalicelib.providers.retry import no_retries
from tests.integration.aliyun.conftest import REGION, Account

by_type = pytest.mark.parametrize("asset_type", TYPES, ids=lambda asset_type: asset_type.name)
DRY = sorted(asset_type.name for asset_type in TYPES if asset_type.dry_run)


def place(asset_type: AssetType) -> str:
    return GLOBAL if asset_type.home else REGION


def test_the_types_whose_empty_list_does_not_tell_are_asked_for_with_a_dry_run() -> None:
    assert sorted(["ecs", "disk", "snapshot", "security_group", "image", "vpc", "vswitch", "eip"]) == DRY


@by_type
def test_a_type_that_may_be_listed_raises_nothing_in_one_call_of_each_action(
    account: Account, asset_type: AssetType
) -> None:
    account.connect().probe(place(asset_type), asset_type.name)
    further = [listing.action for listing in attached.listings] if (attached := asset_type.attached) else []
    assert account.fake.requests == dict.fromkeys([asset_type.action, *further], 1)


@by_type
def test_a_type_that_may_not_be_listed_is_denied(account: Account, asset_type: AssetType) -> None:
    account.fake.forbidden.add(asset_type.name)
    with pytest.raises(AccessDenied):
        account.connect().probe(place(asset_type), asset_type.name)


@pytest.mark.parametrize("asset_type", DRY)
def test_a_listing_of_such_a_type_is_empty_and_not_an_error(account: Account, asset_type: str) -> None:
    account.fake.forbidden.add(asset_type)
    (page,) = account.connect().pages(REGION, asset_type)
    assert page.assets == ()


def test_a_probe_that_fails_in_passing_is_tried_again_unless_it_must_not(account: Account) -> None:
    account.fake.faults.order("unavailable", times=2)
    account.connect().probe(REGION, "ecs")
    assert len(account.clock.waits) == 2
    account.fake.faults.order("unavailable")
    with pytest.raises(CloudUnavailable, match="ServiceUnavailable"):
        account.connect(sleep=no_retries).probe(REGION, "ecs")


def test_a_region_that_does_not_exist_is_neither_allowed_nor_denied(account: Account) -> None:
    with pytest.raises(CloudRejected, match="InvalidRegionId"):
        account.connect().probe("cn-atlantis", "ecs")


def test_an_unknown_type_is_refused_before_any_call(account: Account) -> None:
    with pytest.raises(FatalError, match="spaceship"):
        account.connect().probe(REGION, "spaceship")
    assert not account.fake.requests


def test_a_cloud_that_lists_in_spite_of_a_dry_run_says_nothing_about_permissions() -> None:
    class Ignorant:
        def call(self, *_: object) -> dict[str, object]:
            return {"Instances": {"Instance": []}, "TotalCount": 0}

    with pytest.raises(CloudRejected, match="dry run"):
        dry_run(Ignorant(), TYPES[0], REGION, sleep=no_retries)
