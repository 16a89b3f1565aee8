"""Listing an account page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.errors import CloudRejected, FatalError
from chalicelib.providers.base import GLOBAL, Page
from chalicelib.providers.huawei import PROVIDER
from chalicelib.providers.huawei.paging import ByLastId, ByPageInfo
from chalicelib.providers.huawei.types import BY_NAME
from infra.local.clouds.huawei import DOMAIN_ID, AccessKey, FakeHuawei, generate
from infra.local.clouds.server import CloudServer
from tests.integration.huawei.conftest import OTHER, REGION, Account, scope_of

PAGED = [name for name, declared in BY_NAME.items() if declared.paging.size]
BY_MARKER = [name for name in PAGED if isinstance(BY_NAME[name].paging, ByLastId | ByPageInfo)]


def ids(pages: list[Page]) -> list[str]:
    return [asset.native_id for page in pages for asset in page.assets]


@pytest.fixture(scope="module")
def large() -> Iterator[Account]:
    """An account with more than two pages of each type, at the sizes the real APIs allow."""
    fake = FakeHuawei(generate(10, regions=(REGION,)))
    with CloudServer(fake) as server:
        account = Account(fake, server)
        fake.inventory.add("snapshot", REGION, {"id": "snap-0", "name": "s", "volume_id": "d", "status": "available"})
        for name in PAGED:
            account.fill(name, BY_NAME[name].paging.size * 2 + 3)
        yield account


@pytest.mark.parametrize("asset_type", PAGED)
def test_a_listing_has_every_asset_of_the_scope_once_and_resumes_behind_any_page(
    large: Account, asset_type: str
) -> None:
    cloud, region = large.connect(), scope_of(asset_type)
    pages = list(cloud.pages(region, asset_type))
    held = large.fake.inventory.native_ids(asset_type, region)
    assert tuple(ids(pages)) == held
    assert len(set(held)) == len(held)
    assert [len(page.assets) for page in pages][:3] == [*2 * (BY_NAME[asset_type].paging.size,), 3]
    for number, page in enumerate(pages[:-1], start=1):
        assert next(cloud.pages(region, asset_type, start=page.next_token)) == pages[number]
    assert pages[-1].next_token is None


@pytest.mark.parametrize("asset_type", PROVIDER.asset_types)
def test_a_listing_takes_no_more_calls_than_its_pages_need(account: Account, asset_type: str) -> None:
    declared, region = BY_NAME[asset_type], scope_of(asset_type)
    held = len(account.fake.inventory.native_ids(asset_type, region))
    account.connect().regions()
    account.fake.requests.clear()
    list(account.connect().pages(region, asset_type))
    full = -(-held // declared.paging.size) if declared.paging.size else 1
    # Where no answer says which page is the last, an empty one has to.
    told = not isinstance(declared.paging, ByLastId) and asset_type not in ("redis", "nas", "kafka", "elasticsearch")
    beside = {"iam.KeystoneListProjects", "elb.ListPools", "elb.ListAllMembers"}
    asked = sum(count for action, count in account.fake.requests.items() if action not in beside)
    assert asked == full + (not told)


@pytest.mark.parametrize("asset_type", ["ecs", "disk", "snapshot", "rds", "mongodb", "cdn", "waf", "dns.public"])
def test_where_the_cloud_gives_a_total_every_page_has_it(account: Account, asset_type: str) -> None:
    region = scope_of(asset_type)
    held = len(account.fake.inventory.native_ids(asset_type, region))
    assert {page.total for page in account.connect().pages(region, asset_type)} == {held}


@pytest.mark.parametrize("asset_type", ["vpc", "image", "redis", "nas", "kafka", "elasticsearch", "oss"])
def test_a_count_that_may_be_that_of_the_page_is_taken_for_no_total(account: Account, asset_type: str) -> None:
    assert {page.total for page in account.connect().pages(scope_of(asset_type), asset_type)} == {None}


@pytest.mark.parametrize("asset_type", PROVIDER.asset_types)
def test_every_asset_has_an_id_a_time_and_relations_to_what_there_is(account: Account, asset_type: str) -> None:
    inventory, region = account.fake.inventory, scope_of(asset_type)
    assets = [asset for page in account.connect().pages(region, asset_type) for asset in page.assets]
    assert assets
    for asset in assets:
        assert asset.created_at is not None
        assert "2021" <= asset.created_at < "2026"
        for kind in asset.relations.keys() - {"image"}:
            if kind == "eni" and asset_type == "lb.shared":
                continue
            assert set(asset.relations[kind]) <= set(inventory.native_ids(kind, region))


def test_an_address_refers_to_what_it_is_bound_to(account: Account) -> None:
    assets = [asset for page in account.connect().pages(REGION, "eip") for asset in page.assets]
    bound = {kind: [asset for asset in assets if kind in asset.relations] for kind in ("ecs", "lb.dedicated")}
    assert all(bound.values())
    assert not any("ecs" in asset.relations for asset in bound["lb.dedicated"])


def test_what_a_server_was_given_to_start_with_is_not_kept(account: Account) -> None:
    (asset, *_) = next(account.connect().pages(REGION, "ecs")).assets
    assert "OS-EXT-SRV-ATTR:user_data" not in asset.attributes
    assert "flavor" in asset.attributes


def test_regions_are_those_with_a_system_project(account: Account) -> None:
    assert account.connect().regions() == [REGION, OTHER]


def test_projects_are_asked_for_once_a_session(account: Account) -> None:
    cloud = account.connect()
    for region in (REGION, OTHER, REGION):
        next(cloud.pages(region, "vpc"))
    next(cloud.pages(GLOBAL, "cdn"))
    assert cloud.regions() == [REGION, OTHER]
    assert account.fake.requests["iam.KeystoneListProjects"] == 1


def test_identify_says_who_the_key_belongs_to(account: Account) -> None:
    identity = account.connect().identify()
    assert identity.principal == f"iam::{DOMAIN_ID}:user:cam"
    assert identity.regions == (REGION, OTHER)


def test_each_region_has_its_own_assets(account: Account) -> None:
    cloud = account.connect()
    for region in (REGION, OTHER):
        assert tuple(ids(list(cloud.pages(region, "ecs")))) == account.fake.inventory.native_ids("ecs", region)


@pytest.mark.parametrize("asset_type", PROVIDER.asset_types)
def test_a_temporary_key_with_its_token_lists_everything(asset_type: str) -> None:
    key = AccessKey("temporary-key-id", "temporary-secret", "temporary-token/+=")
    fake = FakeHuawei(generate(30, regions=(REGION,)), keys=[key])
    with CloudServer(fake) as server:
        pages = list(Account(fake, server).connect(key).pages(scope_of(asset_type), asset_type))
    assert tuple(ids(pages)) == fake.inventory.native_ids(asset_type, scope_of(asset_type))


@pytest.mark.parametrize("asset_type", PROVIDER.asset_types)
def test_an_empty_list_is_one_page_without_assets(account: Account, asset_type: str) -> None:
    account.fake.faults.order("empty")
    (page,) = account.connect().pages(scope_of(asset_type), asset_type)
    assert (page.assets, page.next_token) == ((), None)


def test_one_bucket_is_a_list_of_one(account: Account) -> None:
    inventory = account.fake.inventory
    first, *rest = inventory.native_ids("oss", GLOBAL)
    inventory.remove("oss", GLOBAL, *rest)
    assert ids(list(account.connect().pages(GLOBAL, "oss"))) == [first]


@pytest.mark.parametrize("asset_type", ["rds", "cdn"])
def test_a_wrong_total_is_passed_on_and_does_not_page_for_ever(account: Account, asset_type: str) -> None:
    account.fake.faults.order("wrong_total", value=1_000_000)
    region = scope_of(asset_type)
    pages = list(account.connect().pages(region, asset_type))
    assert {page.total for page in pages} == {1_000_000}
    assert tuple(ids(pages)) == account.fake.inventory.native_ids(asset_type, region)


@pytest.mark.parametrize("asset_type", ["ecs", "disk"])
def test_a_page_that_comes_twice_by_marker_is_refused(account: Account, asset_type: str) -> None:
    account.fake.faults.order("duplicate_page", page=2)
    account.fill(asset_type, BY_NAME[asset_type].paging.size * 2)
    with pytest.raises(CloudRejected, match="leads to itself"):
        list(account.connect().pages(REGION, asset_type))


def test_a_page_that_comes_twice_by_number_is_passed_on_as_it_is(account: Account) -> None:
    account.fill("waf", 250)
    account.fake.faults.order("duplicate_page", page=2)
    pages = list(account.connect().pages(REGION, "waf"))
    assert pages[1].assets == pages[0].assets
    assert len(set(ids(pages))) < len(ids(pages))


def test_items_that_go_while_a_listing_is_under_way_hide_no_others_from_a_marker(account: Account) -> None:
    held = account.fill("ecs", 500)
    pages = account.connect().pages(REGION, "ecs")
    seen = [asset.native_id for asset in next(pages).assets]
    account.fake.inventory.remove("ecs", REGION, *seen[:5])
    seen += [asset.native_id for page in pages for asset in page.assets]
    assert tuple(seen) == held


def test_an_unknown_asset_type_is_refused_before_any_call(account: Account) -> None:
    with pytest.raises(FatalError, match=r"spaceship.*ecs"):
        account.connect().pages(REGION, "spaceship")
    assert not account.fake.requests


@pytest.mark.parametrize(("region", "asset_type"), [(REGION, "cdn"), (REGION, "oss"), (GLOBAL, "ecs")])
def test_a_scope_that_cannot_be_is_refused_before_any_call(account: Account, region: str, asset_type: str) -> None:
    with pytest.raises(FatalError, match="belongs to"):
        account.connect().pages(region, asset_type)
    assert not account.fake.requests


def test_every_page_waits_for_its_turn(large: Account) -> None:
    turns: list[tuple[str, str]] = []
    paced = replace(large.connection(), pace=lambda region, action: turns.append((region, action)))
    session = PROVIDER.connect(paced)
    session.regions()
    turns.clear()
    pages = list(session.pages(REGION, "ecs"))
    assert len(pages) > 1
    assert turns == [(REGION, "ecs.ListServersDetails")] * len(pages)
