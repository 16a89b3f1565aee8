"""The declarations among each other and against the fake."""

from __future__ import annotations

import pytest

from chalicelib.providers.kinds import KINDS, kind_of
from chalicelib.providers.tencent.declaration import ID_PREFIXES, AssetType
from chalicelib.providers.tencent.paging import ByOffset
from chalicelib.providers.tencent.types import GLOBAL_TYPES, TYPES, UNSUPPORTED
from infra.local.clouds.tencent.data import IDS
from infra.local.clouds.tencent.listings import LISTINGS

declared_types = pytest.mark.parametrize("declared", TYPES.values(), ids=TYPES)


def test_every_kind_is_declared_or_said_to_be_missing() -> None:
    kinds = {kind_of(name) for name in TYPES}
    assert kinds | set(UNSUPPORTED) == set(KINDS)
    assert not kinds & set(UNSUPPORTED)


def test_types_come_in_the_order_of_their_kinds() -> None:
    order = [KINDS.index(kind_of(name)) for name in TYPES]
    assert order == sorted(order)


def test_what_belongs_to_no_region_is_known() -> None:
    assert {"cdn", "dns", "oss", "waf.mainland", "waf.overseas"} == GLOBAL_TYPES


@declared_types
def test_relations_name_declared_types(declared: AssetType) -> None:
    assert set(declared.relations) <= set(TYPES)


def test_prefixes_are_of_declared_types() -> None:
    assert set(ID_PREFIXES) <= set(TYPES)


@declared_types
def test_the_fake_lists_it_at_the_same_place_with_the_same_limits(declared: AssetType) -> None:
    listing = LISTINGS[declared.product.name, declared.action]
    assert listing.version == declared.product.version
    assert (listing.items, listing.most) == (declared.items, declared.paging.size)
    assert listing.by_token == (not isinstance(declared.paging, ByOffset))
    if isinstance(declared.paging, ByOffset):
        assert (listing.total, listing.as_text) == (declared.paging.total_path, declared.paging.as_text)
    assert listing.nothing == declared.nothing
    assert IDS[declared.name] == declared.native_id


def test_the_fake_lists_nothing_else() -> None:
    assert set(LISTINGS) == {(declared.product.name, declared.action) for declared in TYPES.values()}
