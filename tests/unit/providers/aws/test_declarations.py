"""The declarations, checked against the service models that botocore carries."""

from __future__ import annotations

import re

import pytest
from botocore import session
from botocore.model import ListShape, OperationModel, Shape, StructureShape

from chalicelib.providers.aws.types import TYPES, AssetType

LOADED = session.Session()
PAGINATORS = LOADED.get_component("data_loader")
declared = pytest.mark.parametrize(("name", "kind"), TYPES.items(), ids=TYPES)


def operation(kind: AssetType) -> OperationModel:
    return LOADED.get_service_model(kind.service).operation_model(kind.operation)


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


def item_shape(kind: AssetType) -> Shape:
    answer = operation(kind).output_shape
    assert answer is not None
    shape = follow(answer, kind.items)
    return shape.member if isinstance(shape, ListShape) else shape


def plain_paths(kind: AssetType) -> list[str]:
    """All paths of an item, with ``[A, B.C]`` lists opened into one path for each."""
    paths = [kind.native_id, kind.name, kind.status, kind.zone, kind.created_at, kind.tags, *kind.ips]
    opened: list[str] = []
    for path in [*paths, *kind.relations.values(), *kind.volatile]:
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
        assert follow(item_shape(kind), kind.created_at).type_name == "timestamp"


@declared
def test_page_size_is_given_exactly_where_the_operation_pages_and_within_its_limits(name: str, kind: AssetType) -> None:
    paging = PAGINATORS.load_service_model(kind.service, "paginators-1")["pagination"].get(kind.operation)
    assert (paging is None) == (kind.page_size is None)
    if paging is not None and kind.page_size is not None:
        assert isinstance(paging["input_token"], str)
        assert isinstance(paging["output_token"], str)
        request = operation(kind).input_shape
        assert request is not None
        limits = request.members[paging["limit_key"]].metadata
        assert limits.get("min", 1) <= kind.page_size <= limits.get("max", 1000)


@declared
def test_extra_parameters_are_members_of_the_request(name: str, kind: AssetType) -> None:
    request = operation(kind).input_shape
    assert request is not None
    assert set(kind.parameters) <= set(request.members)


@declared
def test_relations_name_declared_asset_types(name: str, kind: AssetType) -> None:
    assert set(kind.relations) <= set(TYPES)
