"""The declarations, checked against the service models that botocore carries."""

from __future__ import annotations

import re

import pytest
from botocore import session
from botocore.model import ListShape, OperationModel, Shape, StructureShape

from chalicelib.providers.aws.declaration import Paging
from chalicelib.providers.aws.types import TYPES, UNSUPPORTED, AssetType
from chalicelib.providers.kinds import KINDS, kind_of

LOADED = session.Session()
PAGINATORS = LOADED.get_component("data_loader")
LISTED = dict(TYPES) | {f"attached to {name}": kind.attached.listing for name, kind in TYPES.items() if kind.attached}
declared = pytest.mark.parametrize(("name", "kind"), LISTED.items(), ids=LISTED)


def operation(kind: AssetType, name: str = "") -> OperationModel:
    return LOADED.get_service_model(kind.service).operation_model(name or kind.operation)


def paging_of(kind: AssetType) -> Paging | None:
    """By the SDK's own list of paginators, or as declared where that has none."""
    models = PAGINATORS.load_service_model(kind.service, "paginators-1")["pagination"]
    known = models.get(kind.operation)
    if known is None:
        return kind.paging
    assert kind.paging is None
    return Paging(known["input_token"], known.get("limit_key", ""), known["output_token"])


def follow(shape: Shape, path: str) -> Shape:
    """The shape at a dotted path; ``[]`` steps into a list."""
    for step in path.split("."):
        assert isinstance(shape, StructureShape), f"{path}: nothing is inside {shape.name}"
        member = step.removesuffix("[]")
        assert member in shape.members, f"{path}: {shape.name} has no {member}"
        shape = shape.members[member]
        if step.endswith("[]"):
            assert isinstance(shape, ListShape)
            shape = shape.member
    return shape


def answered(kind: AssetType, name: str, path: str) -> Shape:
    """The shape of the items that an answer has at a path."""
    answer = operation(kind, name).output_shape
    assert answer is not None
    shape = follow(answer, re.sub(r"\[\?.*?\]", "[]", path))
    return shape.member if isinstance(shape, ListShape) else shape


def item_shape(kind: AssetType) -> Shape:
    if kind.detail is None:
        return answered(kind, kind.operation, kind.items)
    return answered(kind, kind.detail.operation, kind.detail.items)


def plain_paths(kind: AssetType) -> list[str]:
    """All paths of an item, with ``[A, B.C]`` lists and ``A || B`` opened into one path for each."""
    paths = [kind.native_id, kind.name, kind.status, kind.zone, kind.created_at, kind.tags, *kind.ips]
    opened: list[str] = []
    for path in [one for some in [*paths, *kind.relations.values(), *kind.volatile] for one in some.split(" || ")]:
        many = re.fullmatch(r"(.+\[\])\.\[(.+)\]\[\]", path)
        opened += [f"{many[1]}.{one.strip()}" for one in many[2].split(",")] if many else [path]
    return [re.sub(r"\[\?.*", "[]", path) for path in opened if path]


@declared
def test_every_path_of_a_declaration_is_in_the_service_model(name: str, kind: AssetType) -> None:
    for path in plain_paths(kind):
        follow(item_shape(kind), path)


@declared
def test_created_at_is_a_time_in_the_service_model(name: str, kind: AssetType) -> None:
    if kind.created_at:
        written = {("ec2", "DescribeImages"): "string"}.get((kind.service, kind.operation), "timestamp")
        assert follow(item_shape(kind), kind.created_at).type_name == written


@declared
def test_page_size_is_given_exactly_where_the_operation_pages_and_within_its_limits(name: str, kind: AssetType) -> None:
    paging = paging_of(kind)
    assert (paging is None) == (kind.page_size is None)
    if paging is not None and kind.page_size is not None:
        request, answer = operation(kind).input_shape, operation(kind).output_shape
        assert request is not None
        assert answer is not None
        assert paging.token in request.members
        follow(answer, paging.next_token)
        limits = request.members[paging.limit].metadata
        assert limits.get("min", 1) <= kind.page_size <= limits.get("max", 1000)


@declared
def test_a_second_call_takes_what_the_first_one_names(name: str, kind: AssetType) -> None:
    if kind.detail is not None:
        request = operation(kind, kind.detail.operation).input_shape
        assert request is not None
        asked = request.members[kind.detail.parameter]
        assert isinstance(asked, ListShape)
        assert asked.member.type_name == answered(kind, kind.operation, kind.items).type_name == "string"


@declared
def test_what_is_attached_is_asked_for_by_the_ids_of_the_second_listing(name: str, kind: AssetType) -> None:
    if attached := kind.attached:
        request = operation(attached.listing, attached.operation).input_shape
        assert request is not None
        assert request.members[attached.parameter].type_name == "string"
        assert set(request.required_members) <= {attached.parameter}
        assert answered(attached.listing, attached.operation, attached.found).type_name == "string"
        assert attached.to in attached.listing.relations
        assert attached.kind not in kind.relations


@declared
def test_a_count_is_a_number_in_the_answer(name: str, kind: AssetType) -> None:
    if kind.count:
        assert answered(kind, kind.operation, kind.count).type_name == "integer"


@declared
def test_an_answer_has_its_list_even_if_empty(name: str, kind: AssetType) -> None:
    """Of a list that REST services with XML leave out when it is empty, the count must be declared."""
    if LOADED.get_service_model(kind.service).protocol == "rest-xml":
        answer = operation(kind).output_shape
        assert answer is not None
        outer, _, inner = kind.items.partition(".")
        assert not inner or kind.count
        assert outer in answer.members


@declared
def test_extra_parameters_are_members_of_the_request(name: str, kind: AssetType) -> None:
    request = operation(kind).input_shape
    assert request is not None
    assert set(kind.parameters) <= set(request.members)


@declared
def test_relations_name_kinds(name: str, kind: AssetType) -> None:
    assert set(kind.relations) <= set(KINDS)


def test_every_kind_is_declared_in_order_or_said_to_be_missing() -> None:
    declared = list(dict.fromkeys(kind_of(name) for name in TYPES))
    assert declared == [kind for kind in KINDS if kind not in UNSUPPORTED]


def test_the_scopes_of_firewalls_are_those_of_the_service() -> None:
    request = operation(TYPES["waf.regional"]).input_shape
    assert request is not None
    asked = {kind.parameters["Scope"] for kind in TYPES.values() if kind.service == "wafv2"}
    assert asked == set(request.members["Scope"].metadata["enum"])
