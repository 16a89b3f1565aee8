"""Listing an account page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from chalicelib.errors import FatalError
from chalicelib.providers.aliyun import PROVIDER
from chalicelib.providers.aliyun.client import Client
from chalicelib.providers.aliyun.paging import ByNumber, Unpaged
from chalicelib.providers.aliyun.types import BY_NAME, ECS, VPC
from chalicelib.providers.base import GLOBAL, Cloud, Credentials, ListedAsset, Page
from chalicelib.providers.kinds import kind_of
from infra.local.clouds.aliyun import ACCOUNT_ID, FakeAliyun, generate
from infra.local.clouds.server import CloudServer
from tests.integration.aliyun.conftest import REGION, Account


def ids(pages: list[Page]) -> list[str]:
    return [asset.native_id for page in pages for asset in page.assets]


def listed(cloud: Cloud, asset_type: str, region: str = REGION) -> list[str]:
    return ids(list(cloud.pages(region, asset_type)))


def place_of(asset_type: str) -> str:
    return GLOBAL if asset_type in PROVIDER.global_types else REGION


def size_of(asset_type: str) -> int:
    """The page size that a type is asked for with."""
    asked = BY_NAME[asset_type].paging.query(None)
    return next(int(asked[name]) for name in ("PageSize", "MaxResults", "size", "max-keys") if name in asked)


PAGED = [name for name, declared in BY_NAME.items() if not isinstance(declared.paging, Unpaged)]
BY_NUMBER = [name for name, declared in BY_NAME.items() if isinstance(declared.paging, ByNumber)]


@pytest.fixture(scope="module")
def large() -> Iterator[Account]:
    """An account with three pages of each type that pages: what is generated, and copies of it."""
    inventory = generate(1100, regions=(REGION,))
    for name in PAGED:
        items = inventory.items(name, place_of(name))
        for number in range(len(items), 2 * size_of(name) + 3):
            copy = items[number % len(items)] | {inventory.ids[name]: f"copy-{number:05d}"}
            inventory.add(name, place_of(name), copy)
    fake = FakeAliyun(inventory)
    with CloudServer(fake) as server:
        yield Account(fake, server)


@pytest.mark.parametrize("asset_type", PROVIDER.asset_types)
def test_a_listing_has_every_asset_of_the_scope_once(large: Account, asset_type: str) -> None:
    pages = list(large.connect().pages(place_of(asset_type), asset_type))
    held = large.fake.inventory.native_ids(asset_type, place_of(asset_type))
    assert held
    assert (len(pages) >= 3) == (asset_type in PAGED)
    assert tuple(ids(pages)) == held
    assert len(set(held)) == len(held)


@pytest.mark.parametrize("asset_type", PAGED)
def test_a_listing_resumes_behind_any_page(large: Account, asset_type: str) -> None:
    cloud, place = large.connect(), place_of(asset_type)
    pages = list(cloud.pages(place, asset_type))
    for number, page in enumerate(pages[:-1], start=1):
        assert page.next_token is not None
        first = next(cloud.pages(place, asset_type, start=page.next_token))
        assert first == pages[number]
    assert pages[-1].next_token is None
    rest = list(cloud.pages(place, asset_type, start=pages[0].next_token))
    assert ids(rest) == ids(pages[1:])


@pytest.mark.parametrize("asset_type", PAGED)
def test_a_listing_takes_no_more_calls_than_full_pages_need(account: Account, asset_type: str) -> None:
    count = len(listed(account.connect(), asset_type, place_of(asset_type)))
    assert account.fake.requests[BY_NAME[asset_type].action] == -(-count // size_of(asset_type))


@pytest.mark.parametrize("asset_type", BY_NUMBER)
def test_numbered_pages_give_the_total(large: Account, asset_type: str) -> None:
    held = large.fake.inventory.native_ids(asset_type, place_of(asset_type))
    assert {page.total for page in large.connect().pages(place_of(asset_type), asset_type)} == {len(held)}


@pytest.mark.parametrize("asset_type", sorted(set(BY_NAME) - set(BY_NUMBER)))
def test_pages_by_token_give_no_total_as_the_clouds_is_documented_to_be_invalid(
    large: Account, asset_type: str
) -> None:
    assert {page.total for page in large.connect().pages(place_of(asset_type), asset_type)} == {None}


def test_an_asset_has_what_the_cloud_shows(account: Account) -> None:
    item = account.fake.inventory.items("ecs", REGION)[0]
    asset = next(account.connect().pages(REGION, "ecs")).assets[0]
    assert asset.attributes == item
    assert (asset.native_id, asset.name, asset.zone) == (item["InstanceId"], item["InstanceName"], item["ZoneId"])
    assert asset.created_at == item["CreationTime"].replace("Z", ":00Z")
    assert asset.tags == {tag["TagKey"]: tag["TagValue"] for tag in item["Tags"]["Tag"]}
    assert asset.relations["vpc"] == (item["VpcAttributes"]["VpcId"],)


def test_assets_refer_to_each_other_by_the_ids_that_are_listed(account: Account) -> None:
    cloud = account.connect()
    found: dict[str, list[ListedAsset]] = {}
    for name in PROVIDER.asset_types:
        found.setdefault(kind_of(name), []).extend(
            asset for page in cloud.pages(place_of(name), name) for asset in page.assets
        )
    held = {kind: {asset.native_id for asset in assets} for kind, assets in found.items()}
    for assets in found.values():
        for asset in assets:
            assert all(set(ids) <= held[kind] for kind, ids in asset.relations.items())
    edges = {kind: {other for asset in assets for other in asset.relations} for kind, assets in found.items()}
    assert edges == {kind: RELATED.get(kind, set()) for kind in found}


RELATED = {
    "ecs": {"vpc", "vswitch", "security_group"},
    "disk": {"ecs"},
    "snapshot": {"disk"},
    "security_group": {"vpc"},
    "image": {"snapshot"},
    "rds": {"vpc", "vswitch"},
    "redis": {"vpc", "vswitch"},
    "vpc": {"vswitch"},
    "vswitch": {"vpc"},
    "eip": {"ecs", "eni", "lb"},
    "eni": {"ecs", "vpc", "vswitch", "security_group"},
    "lb": {"vpc", "vswitch", "security_group", "eip", "eni", "ecs"},
    "nas": {"vpc", "vswitch"},
    "kafka": {"vpc", "vswitch", "security_group"},
    "elasticsearch": {"vpc", "vswitch"},
}


@pytest.mark.parametrize("asset_type", PROVIDER.asset_types)
def test_every_asset_has_a_name_and_a_time_of_creation(account: Account, asset_type: str) -> None:
    (page, *_) = account.connect().pages(place_of(asset_type), asset_type)
    assert all(asset.name and asset.created_at for asset in page.assets)


def test_times_are_read_in_each_products_own_way(account: Account) -> None:
    cloud, inventory = account.connect(), account.fake.inventory
    for name, field, value in (("kafka", "CreateTime", 1716861600000), ("nas", "CreateTime", "2024-05-28T10:00:00CST")):
        first, *_ = inventory.native_ids(name, REGION)
        inventory.update(name, REGION, first, **{field: value})
        assert next(cloud.pages(REGION, name)).assets[0].created_at == "2024-05-28T02:00:00Z"


def test_what_changes_by_itself_does_not_change_the_asset(account: Account) -> None:
    cloud = account.connect()
    before = next(cloud.pages(REGION, "vswitch")).assets[0]
    account.fake.inventory.update("vswitch", REGION, before.native_id, AvailableIpAddressCount=17)
    assert next(cloud.pages(REGION, "vswitch")).assets[0] == before
    account.fake.inventory.update("vswitch", REGION, before.native_id, Description="new")
    assert next(cloud.pages(REGION, "vswitch")).assets[0] != before


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
    assert listed(cloud, "ecs", "cn-hangzhou")
    assert not set(listed(cloud, "ecs", "cn-hangzhou")) & set(listed(cloud, "ecs"))


def test_the_regions_and_the_identity_are_the_clouds(account: Account) -> None:
    cloud = account.connect()
    assert cloud.regions() == [REGION, "cn-hangzhou"]
    identity = cloud.identify()
    assert identity.principal == f"acs:ram::{ACCOUNT_ID}:user/cam"
    assert identity.regions == (REGION, "cn-hangzhou")


def test_one_sdk_client_serves_all_calls_to_a_product_in_a_region(account: Account) -> None:
    connection = account.connection()
    client, given = Client(connection), connection.credentials
    first = client._sdk_client(ECS, REGION, given)
    assert client._sdk_client(ECS, REGION, given) is first
    assert client._sdk_client(VPC, REGION, given) is not first
    assert client._sdk_client(ECS, "cn-hangzhou", given) is not first
    assert client._sdk_client(ECS, REGION, Credentials({**given, "access_key_id": "another"})) is not first


def test_an_unknown_asset_type_is_refused_before_any_call(account: Account) -> None:
    with pytest.raises(FatalError, match=r"spaceship.*ecs"):
        account.connect().pages(REGION, "spaceship")
    assert not account.fake.requests


def test_an_empty_list_is_one_page_without_assets(account: Account) -> None:
    account.fake.faults.order("empty")
    for asset_type in BY_NAME:
        (page,) = account.connect().pages(place_of(asset_type), asset_type)
        assert (page.assets, page.next_token) == ((), None)


def test_a_wrong_total_is_passed_on_and_does_not_page_for_ever(account: Account) -> None:
    account.fake.faults.order("wrong_total", value=100_000)
    pages = list(account.connect().pages(REGION, "vpc"))
    assert {page.total for page in pages} == {100_000}
    assert tuple(ids(pages)) == account.fake.inventory.native_ids("vpc", REGION)


def test_a_page_that_comes_twice_is_passed_on_as_it_is(account: Account) -> None:
    account.fake.faults.order("duplicate_page", action="DescribeInstances", page=2)
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
    assert turns == [(REGION, "ecs.DescribeInstances")] * len(pages)
