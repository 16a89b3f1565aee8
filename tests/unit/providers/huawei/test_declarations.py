"""What huawei is declared to have."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.errors import CloudRejected
from chalicelib.providers import get_provider
from chalicelib.providers.huawei import PROVIDER
from chalicelib.providers.huawei.declaration import AssetType, Product
from chalicelib.providers.huawei.endpoints import Address, address_of, home_among
from chalicelib.providers.huawei.types import BY_NAME, CDN, ECS, MACHINES
from chalicelib.providers.kinds import KINDS, expand, kind_of
from infra.local.clouds.huawei.apis import APIS

LISTED = BY_NAME | {listing.name: listing for listing in (MACHINES.groups, MACHINES.members)}
ROOT = Path(__file__).parents[4]

SCRIPT = """
import sys
from chalicelib.providers import get_provider
provider = get_provider("huawei")
assert "ecs" in provider.asset_types
assert frozenset({"access_key_id", "access_key_secret"}) in provider.credential_fields
print([name for name in sys.modules if name.split(".")[0] in ("huaweicloudsdkcore", "requests", "bson", "simplejson")])
"""


def test_huawei_tells_about_itself_without_loading_its_sdk() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_kind_is_declared_in_the_order_of_a_full_sync_or_said_to_be_missing() -> None:
    assert get_provider("huawei") is PROVIDER
    declared = list(dict.fromkeys(kind_of(name) for name in PROVIDER.asset_types))
    assert declared == [kind for kind in KINDS if kind not in PROVIDER.unsupported]


def test_a_family_stands_for_all_its_members() -> None:
    assert expand(PROVIDER, ["lb"]) == ("lb.dedicated", "lb.shared")
    assert expand(PROVIDER, ["dns"]) == ("dns.public", "dns.private")


@pytest.mark.parametrize("declared", BY_NAME.values(), ids=lambda declared: declared.name)
def test_relations_are_to_types_that_exist(declared: AssetType) -> None:
    assert declared.relations.keys() <= BY_NAME.keys()


def test_what_is_attached_is_found_by_the_relations_of_its_listings() -> None:
    for declared in BY_NAME.values():
        if attached := declared.attached:
            assert attached.groups.relations.keys() == {"lb", "member"}
            assert attached.members.relations.keys() == {attached.kind}
            assert attached.kind not in declared.relations


@pytest.mark.parametrize("declared", LISTED.values(), ids=lambda declared: declared.name)
def test_a_type_is_asked_for_where_the_fake_has_it_and_within_its_limits(declared: AssetType) -> None:
    (api,) = (api for api in APIS if api.kind == declared.name)
    assert (api.product, api.path) == (declared.api.product.host, declared.api.path)
    assert api.action == f"{api.product}.{declared.api.action}"
    if api.paging is not None:
        asked = declared.paging.query(None)
        assert int(asked[api.paging.size.name]) == declared.paging.size <= api.paging.size.most


def test_public_addresses_are_reached_by_https_only() -> None:
    assert address_of(ECS, "cn-east-3", None) == Address("https", *2 * ("ecs.cn-east-3.myhuaweicloud.com",))
    assert address_of(CDN, "cn-east-3", None) == Address("https", *2 * ("cdn.myhuaweicloud.com",))


def test_the_endpoint_of_an_account_is_connected_to_for_all_products_under_their_own_names() -> None:
    address = address_of(Product("dds"), "cn-east-3", "http://127.0.0.1:4566")
    assert address == Address("http", "127.0.0.1:4566", "dds.cn-east-3.myhuaweicloud.com")


@pytest.mark.parametrize("endpoint", ["127.0.0.1:4566", "ftp://host", "http://", "https://user:word@host"])
def test_an_endpoint_that_is_no_plain_url_is_refused(endpoint: str) -> None:
    with pytest.raises(CloudRejected, match="endpoint") as caught:
        address_of(ECS, "cn-east-3", endpoint)
    assert "word@" not in caught.value.message


@pytest.mark.parametrize(
    ("regions", "home"),
    [
        (("cn-east-3", "cn-north-4"), "cn-north-4"),
        (("ap-southeast-1", "ap-southeast-3"), "ap-southeast-3"),
        (("eu-west-101",), "eu-west-101"),
    ],
)
def test_what_has_no_region_is_asked_for_at_home_or_where_the_account_is(regions: tuple[str, ...], home: str) -> None:
    assert home_among(regions) == home


def test_an_account_without_regions_has_no_home() -> None:
    with pytest.raises(CloudRejected, match="no project"):
        home_among(())
