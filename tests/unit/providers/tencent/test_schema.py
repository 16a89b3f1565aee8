"""The declarations and the fake against the schema that tencent publishes, where it is at hand."""

from __future__ import annotations

import pytest

from chalicelib.providers.fields import without
from chalicelib.providers.tencent.cloud import REGION, STS
from chalicelib.providers.tencent.declaration import AssetType, Call
from chalicelib.providers.tencent.paging import ByOffset, ByToken, Unpaged
from chalicelib.providers.tencent.parsing import assets_in, items_in, related
from chalicelib.providers.tencent.types import TYPES
from infra.local.clouds.tencent import generate, targets
from infra.local.clouds.tencent.listings import GLOBAL, LISTINGS
from tests.unit.providers.tencent import schema

NO_LARGEST_PAGE = {"waf.mainland", "waf.overseas", "dns", "nas", "elasticsearch"}
"""Types whose API says nothing of how large a page may be."""

INVENTORY = generate(100)

PUBLISHED = {name: declared for name, declared in TYPES.items() if declared.product.signature == "tc3"}
"""The schema has the APIs and not COS."""
ATTACHED = [
    (declared, call) for declared in TYPES.values() if declared.attached for call in declared.attached.every_call
]
FOUND = {"ListenerId": "lst-", "TargetGroupId": "lbtg-"}
"""How the ids begin that further calls ask about."""

calls = pytest.mark.parametrize(("declared", "call"), ATTACHED, ids=[call.action for _, call in ATTACHED])
declared_types = pytest.mark.parametrize("declared", PUBLISHED.values(), ids=PUBLISHED)


def item_of(declared: AssetType) -> str:
    """The name of the schema's object for an item."""
    return schema.follow(declared.product, schema.answer_of(declared.product, declared.action), declared.items)


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
def test_the_total_is_a_number_in_the_schema(declared: AssetType) -> None:
    if isinstance(declared.paging, ByOffset):
        answer = schema.answer_of(declared.product, declared.action)
        assert schema.follow(declared.product, answer, declared.paging.total_path) in ("int64", "uint64")


@declared_types
def test_parameters_are_those_of_the_action_and_of_their_types(declared: AssetType) -> None:
    known = schema.parameters(declared.product, declared.action)
    for name, value in (declared.paging.query("20") | dict(declared.query)).items():
        assert {"string": str, "int": int, "list": list}[known[name]["type"]] is type(value)
    required = {name for name, parameter in known.items() if parameter["required"]}
    assert required <= set(declared.paging.query(None)) | set(declared.query)


@declared_types
def test_a_page_is_as_large_as_the_api_allows(declared: AssetType) -> None:
    known = schema.parameters(declared.product, declared.action)
    name = "Limit" if isinstance(declared.paging, ByOffset) else "MaxResults"
    largest = schema.largest(known[name]["document"])
    assert largest == (None if declared.name in NO_LARGEST_PAGE else declared.paging.size)


@declared_types
def test_documented_answers_read_to_distinct_assets(declared: AssetType) -> None:
    answers = list(schema.examples(declared.product, declared.action))
    assert answers
    for answer in answers:
        assets = assets_in(answer, declared)
        assert len({asset.native_id for asset in assets}) == len(assets)
        assert all(asset.created_at for asset in assets if declared.created), declared.created
    assert any(assets_in(answer, declared) for answer in answers)


@declared_types
def test_the_fake_shows_only_fields_that_the_schema_has(declared: AssetType) -> None:
    place = GLOBAL if declared.home is not None else INVENTORY.regions[0]
    items = INVENTORY.items(declared.name, place)
    assert items
    assert set(schema.strangers(declared.product, item_of(declared), items)) == set()


@declared_types
def test_the_fake_has_the_default_size_of_the_api(declared: AssetType) -> None:
    listing = LISTINGS[declared.product.name, declared.action]
    known = schema.parameters(declared.product, declared.action)
    assert (
        str(listing.size) in known["MaxResults" if listing.by_token else "Limit"]["document"] or listing.kind == "waf"
    )


@calls
def test_a_further_call_is_in_the_schema_with_all_its_paths(declared: AssetType, call: Call) -> None:
    assert declared.attached
    if call in declared.attached.calls.values():
        for name in (*call.asks, *filter(None, [declared.attached.by])):
            schema.follow(declared.product, item_of(declared), name)
    answer = schema.answer_of(call.product, call.action)
    for path in call.found:
        assert schema.follow(call.product, answer, f"{call.items}.{path}") == "string"
    if not isinstance(call.paging, Unpaged):
        assert isinstance(call.paging, ByOffset | ByToken)
        assert schema.follow(call.product, answer, call.paging.total_path) in ("int64", "uint64")


@calls
def test_a_further_call_asks_by_parameters_that_the_schema_has(declared: AssetType, call: Call) -> None:
    known = schema.parameters(call.product, call.action)
    query = call.query(("an id",) * len(call.asks)) | call.paging.query("100")
    for name, value in query.items():
        assert {"string": str, "int": int, "list": list}[known[name]["type"]] is type(value)
    assert {name for name, parameter in known.items() if parameter["required"]} <= set(query)
    if call.filtered:
        assert all(name in known["Filters"]["document"] for name in call.asks)
    if not isinstance(call.paging, Unpaged):
        name = "Limit" if isinstance(call.paging, ByOffset) else "MaxResults"
        assert schema.largest(known[name]["document"]) == call.paging.size


@calls
def test_documented_answers_of_a_further_call_read_to_what_it_finds(declared: AssetType, call: Call) -> None:
    answers = list(schema.examples(call.product, call.action))
    assert answers
    kind, prefix = ("", FOUND[call.then[0].asks[-1]]) if call.then else ("ecs", "ins-")
    for answer in answers:
        found = {native_id for item in items_in(answer, call) for native_id in related(item, kind, call.found)}
        assert found
        assert all(native_id.startswith(prefix) for native_id in found)
        assert call.paging.total(answer) in (None, len(items_in(answer, call)))


@calls
def test_the_fake_shows_of_targets_only_fields_that_the_schema_has(declared: AssetType, call: Call) -> None:
    place = INVENTORY.regions[0]
    if isinstance(call.paging, Unpaged):
        kind = "alb_listener" if call.action == targets.DETAIL else targets.KIND
        items = [item[call.items] for item in INVENTORY.items(kind, place) if call.items in item]
    else:
        listing = LISTINGS[call.product.name, call.action]
        unseen = {*listing.about, *listing.hidden}
        items = [without(item, tuple(unseen)) for item in INVENTORY.items(listing.kind, place)]
    assert items
    shown = schema.follow(call.product, schema.answer_of(call.product, call.action), call.items)
    assert set(schema.strangers(call.product, shown, items)) == set()


@pytest.mark.parametrize(("product", "action"), [(REGION, "DescribeRegions"), (STS, "GetCallerIdentity")])
def test_the_other_calls_are_in_the_schema(product: object, action: str) -> None:
    assert schema.answer_of(product, action)  # type: ignore[arg-type]
