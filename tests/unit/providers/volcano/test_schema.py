"""The declarations and the fake against the schema that volcano publishes, where it is at hand."""

from __future__ import annotations

import pytest

from chalicelib.providers.volcano.cloud import STS
from chalicelib.providers.volcano.declaration import AssetType, Form
from chalicelib.providers.volcano.paging import ByToken
from chalicelib.providers.volcano.types import TYPES
from chalicelib.providers.volcano.types.compute import ECS
from infra.local.clouds.volcano import generate
from infra.local.clouds.volcano.listings import DETAILS, GLOBAL, LISTINGS
from tests.unit.providers.volcano import schema

INVENTORY = generate(100)
ATTACHED = {name: declared.attached for name, declared in TYPES.items() if declared.attached}
LISTED = {**TYPES, **{attached.listing.name: attached.listing for attached in ATTACHED.values()}}
PUBLISHED = {name: declared for name, declared in LISTED.items() if declared.product.form is not Form.BUCKETS}

declared_types = pytest.mark.parametrize("declared", PUBLISHED.values(), ids=PUBLISHED)


def answer_of(declared: AssetType) -> str:
    return f"{declared.action}Response"


def item_of(declared: AssetType) -> str:
    return schema.follow(declared.product, answer_of(declared), declared.items)


@declared_types
def test_an_action_has_the_version_and_the_form_that_are_declared(declared: AssetType) -> None:
    published = schema.methods(declared.product)[declared.action]
    assert published == (declared.product.version, declared.product.form)


@declared_types
def test_every_path_of_a_declaration_is_in_the_schema(declared: AssetType) -> None:
    paths = [declared.native_id, declared.title, declared.status, declared.zone, declared.created, *declared.ips]
    paths += [path for found in declared.relations.values() for path in found]
    paths += declared.volatile
    if declared.tags:
        paths += [f"{declared.tags.path}.{declared.tags.key}", f"{declared.tags.path}.{declared.tags.value}"]
    for path in filter(None, paths):
        schema.follow(declared.product, item_of(declared), path)


@declared_types
def test_what_leads_to_the_next_page_is_in_the_schema(declared: AssetType) -> None:
    known = schema.members(declared.product, answer_of(declared))
    if isinstance(declared.paging, ByToken):
        assert known["NextToken"] == "str"
    else:
        assert known[declared.paging.total_field] == "int"  # type: ignore[attr-defined]


@declared_types
def test_parameters_are_those_of_the_action_and_of_their_types(declared: AssetType) -> None:
    request = f"{declared.action}Request"
    known = schema.members(declared.product, request)
    asked = declared.paging.query("20") | dict(declared.query)
    asked |= {declared.region_parameter: "cn-beijing"} if declared.region_parameter else {}
    for name, value in asked.items():
        assert known[name] == type(value).__name__
    assert schema.required(declared.product, request) <= set(asked)


@declared_types
def test_a_page_is_no_larger_than_the_schema_allows(declared: AssetType) -> None:
    name = "MaxResults" if isinstance(declared.paging, ByToken) else "PageSize"
    assert schema.largest(declared.product, f"{declared.action}Request", name) in (None, declared.paging.size)


@declared_types
def test_the_fake_shows_only_fields_that_the_schema_has(declared: AssetType) -> None:
    place = GLOBAL if declared.home is not None else INVENTORY.regions[0]
    items = INVENTORY.items(declared.name, place)
    assert items
    hidden = LISTINGS[declared.product.name, declared.action].hidden
    assert set(schema.strangers(declared.product, item_of(declared), items)) <= hidden


@pytest.mark.parametrize("name", ATTACHED)
def test_a_group_is_told_of_as_the_schema_says(name: str) -> None:
    group = ATTACHED[name].group
    assert schema.methods(group.product)[group.action] == (group.product.version, group.product.form)
    request, answer = f"{group.action}Request", answer_of(group)
    assert schema.required(group.product, request) == set(schema.members(group.product, request)) == {group.native_id}
    for path in [group.native_id, group.title, *(path for found in group.relations.values() for path in found)]:
        assert schema.follow(group.product, answer, path) == "str"
    assert schema.members(group.product, answer)[group.items].startswith("list[")
    detail = DETAILS[group.product.name, group.action]
    items = INVENTORY.items(detail.kind, INVENTORY.regions[0])
    assert items
    assert set(schema.strangers(group.product, answer, items)) <= detail.hidden


def test_the_other_calls_are_in_the_schema() -> None:
    assert schema.methods(ECS)["DescribeRegions"] == (ECS.version, ECS.form)
    assert schema.follow(ECS, "DescribeRegionsResponse", "Regions.RegionId") == "str"
    assert {"MaxResults", "NextToken"} <= set(schema.members(ECS, "DescribeRegionsRequest"))
    assert schema.methods(STS)["GetCallerIdentity"] == (STS.version, STS.form)
    assert "Trn" in schema.members(STS, "GetCallerIdentityResponse")
