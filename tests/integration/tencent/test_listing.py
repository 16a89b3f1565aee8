"""Listing an account page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.errors import FatalError
from chalicelib.providers.base import GLOBAL, Cloud, Page
from chalicelib.providers.tencent import PROVIDER
from chalicelib.providers.tencent.paging import ByOffset
from chalicelib.providers.tencent.types import TYPES
from infra.local.clouds.server import CloudServer
from infra.local.clouds.tencent import ACCOUNT_ID, FakeTencent, empty, generate
from infra.local.clouds.tencent.protocol import UNAVAILABLE_REGION
from tests.integration.tencent.conftest import OTHER_REGION, REGION, Account, grow, place_of

BY_OFFSET = [name for name, declared in TYPES.items() if isinstance(declared.paging, ByOffset)]

every_type = pytest.mark.parametrize("asset_type", PROVIDER.asset_types)


def action_of(asset_type: str) -> str:
    return f"{TYPES[asset_type].product.name}.{TYPES[asset_type].action}"


def ids(pages: list[Page]) -> list[str]:
    return [asset.native_id for page in pages for asset in page.assets]


def listed(cloud: Cloud, asset_type: str, region: str = REGION) -> list[str]:
    return ids(list(cloud.pages(region, asset_type)))


@pytest.fixture(scope="module")
def large() -> Iterator[Account]:
    """An account with three pages of each type, the last one short."""
    fake = FakeTencent(generate(60, regions=(REGION,)))
    for asset_type, declared in TYPES.items():
        grow(fake.inventory, asset_type, 2 * declared.paging.size + 7)
    with CloudServer(fake) as server:
        yield Account(fake, server)


@every_type
def test_a_listing_has_every_asset_of_the_scope_once(large: Account, asset_type: str) -> None:
    place = place_of(asset_type)
    held = large.fake.inventory.native_ids(asset_type, place)
    before = large.fake.requests[action_of(asset_type)]
    pages = list(large.connect().pages(place, asset_type))
    assert tuple(ids(pages)) == held
    assert len(set(held)) == len(held)
    full_pages = -(-len(held) // TYPES[asset_type].paging.size)
    assert len(pages) == full_pages > 1
    assert large.fake.requests[action_of(asset_type)] - before == full_pages


@every_type
def test_a_listing_resumes_behind_any_page(large: Account, asset_type: str) -> None:
    cloud, place = large.connect(), place_of(asset_type)
    pages = list(cloud.pages(place, asset_type))
    for number, page in enumerate(pages[:-1], start=1):
        assert page.next_token is not None
        assert next(cloud.pages(place, asset_type, start=page.next_token)) == pages[number]
    assert pages[-1].next_token is None
    rest = list(cloud.pages(place, asset_type, start=pages[0].next_token))
    assert ids(rest) == ids(pages[1:])


@pytest.mark.parametrize("asset_type", BY_OFFSET)
def test_pages_by_offset_give_the_total(large: Account, asset_type: str) -> None:
    place = place_of(asset_type)
    held = large.fake.inventory.native_ids(asset_type, place)
    assert {page.total for page in large.connect().pages(place, asset_type)} == {len(held)}


def test_pages_by_token_give_no_total(large: Account) -> None:
    assert {page.total for page in large.connect().pages(REGION, "lb.alb")} == {None}


@every_type
def test_an_asset_has_what_the_cloud_shows(account: Account, asset_type: str) -> None:
    place, declared = place_of(asset_type), TYPES[asset_type]
    item = account.fake.inventory.items(asset_type, place)[0]
    asset = next(account.connect().pages(place, asset_type)).assets[0]
    top = {path.partition(".")[0] for path in declared.volatile}
    assert {name: value for name, value in asset.attributes.items() if name not in top} == {
        name: value for name, value in item.items() if name not in top
    }
    assert asset.native_id == str(item[declared.native_id])
    assert asset.name == item[declared.title]
    assert asset.created_at is not None
    assert asset.created_at.endswith("Z")
    assert bool(asset.zone) == bool(declared.zone)
    assert bool(asset.status) == bool(declared.status)
    assert bool(asset.ips) == bool(declared.ips)
    assert bool(asset.tags) == bool(declared.tags)


@every_type
def test_what_changes_by_itself_does_not_change_the_asset(account: Account, asset_type: str) -> None:
    cloud, place, inventory = account.connect(), place_of(asset_type), account.fake.inventory
    before = next(cloud.pages(place, asset_type)).assets[0]
    for path in TYPES[asset_type].volatile:
        if "." not in path:
            inventory.update(asset_type, place, before.native_id, **{path: 12345})
    assert next(cloud.pages(place, asset_type)).assets[0] == before
    inventory.update(asset_type, place, before.native_id, Surprise="new")
    assert next(cloud.pages(place, asset_type)).assets[0] != before


def test_assets_refer_to_each_other(account: Account) -> None:
    cloud = account.connect()
    held = {name: set(account.fake.inventory.native_ids(name, place_of(name))) for name in TYPES}
    seen = {
        (asset_type, name)
        for asset_type in TYPES
        for page in cloud.pages(place_of(asset_type), asset_type)
        for asset in page.assets
        for name, native_ids in asset.relations.items()
        if held[name].issuperset(native_ids)
    }
    shown_by_no_item = {("rds.mysql", "rds.mysql"), ("rds.postgres", "rds.postgres"), ("eip", "lb.clb")}
    only_of_the_mainland = {("waf.overseas", "lb.clb"), ("waf.overseas", "security_group")}
    never_set = {("waf.mainland", "security_group")}
    declared = {(asset_type, name) for asset_type in TYPES for name in TYPES[asset_type].relations}
    declared |= {(asset_type, it.attached.kind) for asset_type, it in TYPES.items() if it.attached}
    assert seen == declared - shown_by_no_item - only_of_the_mainland - never_set


def test_an_address_of_a_load_balancer_refers_to_it_and_to_no_machine(account: Account) -> None:
    inventory = account.fake.inventory
    balancer = inventory.native_ids("lb.clb", REGION)[0]
    address = inventory.native_ids("eip", REGION)[0]
    inventory.update("eip", REGION, address, InstanceId=balancer, NetworkInterfaceId=None)
    assert next(account.connect().pages(REGION, "eip")).assets[0].relations == {"lb.clb": (balancer,)}


def test_the_public_images_of_the_cloud_are_not_the_accounts(account: Account) -> None:
    public = set(account.fake.inventory.native_ids("public_image", REGION))
    assert public
    assert not public & set(listed(account.connect(), "image"))


def test_a_listing_follows_what_the_account_holds(account: Account) -> None:
    cloud, inventory = account.connect(), account.fake.inventory
    first, second, *rest = listed(cloud, "vpc")
    inventory.remove("vpc", REGION, first)
    inventory.update("vpc", REGION, second, VpcName="renamed")
    added = inventory.add("vpc", REGION, inventory.items("vpc", REGION)[0] | {"VpcId": "vpc-new"})
    assert listed(cloud, "vpc") == [second, *rest, added]
    assert next(cloud.pages(REGION, "vpc")).assets[0].name == "renamed"


def test_regions_are_separate(account: Account) -> None:
    cloud = account.connect()
    assert listed(cloud, "ecs", OTHER_REGION)
    assert not set(listed(cloud, "ecs", OTHER_REGION)) & set(listed(cloud, "ecs"))


def test_domains_protected_in_the_mainland_and_elsewhere_are_separate(account: Account) -> None:
    cloud = account.connect()
    mainland, overseas = (set(listed(cloud, name, GLOBAL)) for name in ("waf.mainland", "waf.overseas"))
    assert mainland
    assert overseas
    assert not mainland & overseas


def test_the_regions_are_those_the_account_can_use(account: Account) -> None:
    cloud = account.connect()
    assert UNAVAILABLE_REGION not in cloud.regions()
    assert cloud.regions() == [REGION, OTHER_REGION]


def test_the_identity_is_the_clouds(account: Account) -> None:
    identity = account.connect().identify()
    assert identity.principal == f"qcs::cam::uin/{ACCOUNT_ID}:uin/{ACCOUNT_ID}"
    assert identity.regions == (REGION, OTHER_REGION)


def test_an_unknown_asset_type_is_refused_before_any_call(account: Account) -> None:
    with pytest.raises(FatalError, match=r"spaceship.*ecs"):
        account.connect().pages(REGION, "spaceship")
    assert not account.fake.requests


@every_type
def test_an_account_that_holds_nothing_has_one_page_without_assets(asset_type: str) -> None:
    fake = FakeTencent(empty())
    with CloudServer(fake) as server:
        (page,) = Account(fake, server).connect().pages(place_of(asset_type), asset_type)
    assert (page.assets, page.next_token) == ((), None)
    assert page.total in (0, None)


def test_an_answer_whose_content_type_names_a_charset_is_read_like_any_other() -> None:
    fake = FakeTencent(generate(20, regions=(REGION,)), content_type="application/json; charset=utf-8")
    with CloudServer(fake) as server:
        cloud = Account(fake, server).connect()
        assert tuple(listed(cloud, "ecs")) == fake.inventory.native_ids("ecs", REGION)


def test_a_wrong_total_is_passed_on_and_does_not_page_for_ever(account: Account) -> None:
    account.fake.faults.order("wrong_total", value=100_000)
    pages = list(account.connect().pages(REGION, "ecs"))
    assert {page.total for page in pages} == {100_000}
    assert tuple(ids(pages)) == account.fake.inventory.native_ids("ecs", REGION)


def test_a_page_that_comes_twice_is_passed_on_as_it_is(account: Account) -> None:
    account.fake.faults.order("duplicate_page", action="cvm.DescribeInstances", page=2)
    pages = list(account.connect().pages(REGION, "ecs"))
    assert pages[1].assets == pages[0].assets
    assert len(set(ids(pages))) < len(ids(pages))


def test_every_page_waits_for_its_turn(large: Account) -> None:
    turns: list[tuple[str, str]] = []
    paced = replace(large.connection(), pace=lambda region, action: turns.append((region, action)))
    session = PROVIDER.connect(paced)
    session.regions()
    turns.clear()
    pages = list(session.pages(REGION, "ecs"))
    assert len(pages) > 1
    assert turns == [(REGION, "cvm.DescribeInstances")] * len(pages)
