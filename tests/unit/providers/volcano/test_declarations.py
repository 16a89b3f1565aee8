"""The declarations among each other and against the fake."""

from __future__ import annotations

import pytest

from chalicelib.providers.kinds import KINDS, kind_of
from chalicelib.providers.volcano.declaration import ID_PREFIXES, AssetType, Form
from chalicelib.providers.volcano.paging import ByPage, ByToken, InOne
from chalicelib.providers.volcano.types import GLOBAL_TYPES, TYPES, UNSUPPORTED
from infra.local.clouds.volcano.data import IDS
from infra.local.clouds.volcano.listings import DETAILS, LISTINGS

ATTACHED = {name: declared.attached for name, declared in TYPES.items() if declared.attached}
LISTED = {**TYPES, **{attached.listing.name: attached.listing for attached in ATTACHED.values()}}
PAGED = {name: declared for name, declared in LISTED.items() if not isinstance(declared.paging, InOne)}

declared_types = pytest.mark.parametrize("declared", LISTED.values(), ids=LISTED)
attachments = pytest.mark.parametrize("name", ATTACHED)


def test_every_kind_is_declared_or_said_to_be_missing() -> None:
    kinds = {kind_of(name) for name in TYPES}
    assert kinds | set(UNSUPPORTED) == set(KINDS)
    assert not kinds & set(UNSUPPORTED)


def test_types_come_in_the_order_of_their_kinds() -> None:
    order = [KINDS.index(kind_of(name)) for name in TYPES]
    assert order == sorted(order)


def test_what_belongs_to_no_region_is_known() -> None:
    assert {"cdn", "dns", "oss"} == GLOBAL_TYPES


@pytest.mark.parametrize("declared", TYPES.values(), ids=TYPES)
def test_relations_name_declared_types(declared: AssetType) -> None:
    assert set(declared.relations) <= set(TYPES)


def test_prefixes_are_of_declared_types() -> None:
    assert set(ID_PREFIXES) <= set(TYPES)


@pytest.mark.parametrize("name", PAGED)
def test_the_fake_lists_it_at_the_same_place_with_the_same_limits(name: str) -> None:
    declared = PAGED[name]
    listing = LISTINGS[declared.product.name, declared.action]
    assert (listing.version, listing.kind) == (declared.product.version, name)
    assert (listing.items, listing.most) == (declared.items, declared.paging.size)
    assert listing.as_text == (declared.product.form is Form.QUERY)
    assert (listing.region, listing.nowhere) == (declared.region_parameter, declared.home is not None)
    assert listing.by_token == isinstance(declared.paging, ByToken)
    if isinstance(declared.paging, ByPage):
        assert (listing.total, listing.number) == (declared.paging.total_field, declared.paging.number_parameter)


@attachments
def test_what_is_attached_is_found_by_the_relations_of_a_listing_and_of_a_group(name: str) -> None:
    attached = ATTACHED[name]
    relations = [*attached.listing.relations, *attached.group.relations]
    assert sorted(relations) == sorted(["group", "lb", attached.kind])
    assert "group" in attached.listing.relations
    assert attached.kind in TYPES
    assert attached.kind not in TYPES[name].relations


@attachments
def test_the_fake_tells_of_a_group_at_the_same_place(name: str) -> None:
    group = ATTACHED[name].group
    detail = DETAILS[group.product.name, group.action]
    assert (detail.version, detail.parameter, IDS[detail.kind]) == (group.product.version, *[group.native_id] * 2)
    assert group.product.form is Form.QUERY


@declared_types
def test_the_fake_calls_the_id_alike(declared: AssetType) -> None:
    assert IDS[declared.name] == declared.native_id


def test_the_fake_lists_and_tells_nothing_else() -> None:
    assert set(LISTINGS) == {(declared.product.name, declared.action) for declared in PAGED.values()}
    groups = [attached.group for attached in ATTACHED.values()]
    assert set(DETAILS) == {(group.product.name, group.action) for group in groups}
