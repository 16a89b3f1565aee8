"""The declarations among each other and against the fake."""

from __future__ import annotations

import pytest

from chalicelib.providers.kinds import KINDS, kind_of
from chalicelib.providers.tencent.declaration import ID_PREFIXES, AssetType, Call
from chalicelib.providers.tencent.paging import ByOffset, ByToken, Unpaged
from chalicelib.providers.tencent.types import GLOBAL_TYPES, TYPES, UNSUPPORTED
from infra.local.clouds.tencent import targets
from infra.local.clouds.tencent.data import IDS
from infra.local.clouds.tencent.listings import LISTINGS

CALLS = [call for declared in TYPES.values() if declared.attached for call in declared.attached.every_call]

calls = pytest.mark.parametrize("call", CALLS, ids=lambda call: call.action)
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


@declared_types
def test_what_is_attached_is_of_a_declared_type_that_items_do_not_name(declared: AssetType) -> None:
    if attached := declared.attached:
        assert attached.kind in TYPES
        assert attached.kind not in declared.relations
        asked = {name for call in attached.calls.values() for name in call.asks}
        assert not {attached.by, *asked} & set(declared.volatile)
        assert ("" in attached.calls) == (not attached.by)


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


@calls
def test_the_fake_answers_a_further_call_at_the_same_place_with_the_same_limits(call: Call) -> None:
    if isinstance(call.paging, Unpaged):
        assert targets.VERSIONS[call.product.name, call.action] == call.product.version
        return
    listing = LISTINGS[call.product.name, call.action]
    assert (listing.version, listing.items, listing.most) == (call.product.version, call.items, call.paging.size)
    assert isinstance(call.paging, ByOffset | ByToken)
    assert listing.by_token == isinstance(call.paging, ByToken)
    assert listing.total == call.paging.total_path
    assert set(call.asks) <= set(listing.filters if call.filtered else listing.about)


@calls
def test_what_follows_a_call_asks_of_what_is_known_by_then_and_of_what_it_found(call: Call) -> None:
    for further in call.then:
        *known, _ = further.asks
        assert set(known) <= set(call.asks)


def test_the_fake_lists_nothing_else() -> None:
    paged = {(call.product.name, call.action) for call in CALLS if not isinstance(call.paging, Unpaged)}
    assert set(LISTINGS) == {(declared.product.name, declared.action) for declared in TYPES.values()} | paged
    assert set(targets.VERSIONS) == {
        (call.product.name, call.action) for call in CALLS if isinstance(call.paging, Unpaged)
    }
