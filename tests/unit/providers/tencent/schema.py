"""The schema and the examples of tencent's APIs, as the package ``tccli`` ships them where it is installed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from chalicelib.providers.tencent.declaration import Product

Shape = Mapping[str, Any]


@cache
def read(product: Product, name: str) -> Shape:
    spec = find_spec("tccli")
    if spec is None or spec.origin is None:
        pytest.skip("tccli is not installed")
    version = f"v{product.version.replace('-', '')}"
    path = Path(spec.origin).parent / "services" / product.name / version / name
    found: Shape = json.loads(path.read_text())
    return found


def members(product: Product, name: str) -> Mapping[str, Shape]:
    """The members of an object of the schema by name; none of a plain type."""
    found = read(product, "api.json")["objects"].get(name, {"members": ()})
    return {member["name"]: member for member in found["members"]}


def parameters(product: Product, action: str) -> Mapping[str, Shape]:
    return members(product, read(product, "api.json")["actions"][action]["input"])


def answer_of(product: Product, action: str) -> str:
    return str(read(product, "api.json")["actions"][action]["output"])


def follow(product: Product, name: str, path: str) -> str:
    """The type at a dotted path inside of the object ``name``. A list stands for its entries."""
    for step in path.split("."):
        known = members(product, name)
        assert step in known, f"{path}: {name} has no {step}"
        name = str(known[step].get("member") or known[step]["type"])
    return name


def strangers(product: Product, name: str, value: Any, at: str = "") -> Iterator[str]:
    """The paths in ``value`` that an object ``name`` does not have."""
    if isinstance(value, list):
        for entry in value:
            yield from strangers(product, name, entry, at)
    elif isinstance(value, dict):
        known = members(product, name)
        for field, inner in value.items():
            if field not in known:
                yield f"{at}{field}"
            else:
                yield from strangers(product, str(known[field].get("member")), inner, f"{at}{field}.")


def largest(document: str) -> int | None:
    """The largest page that a parameter's description speaks of."""
    plain = re.sub(r"<[^>]+>|[*`\s]", "", document)
    found = re.search(r"最大(?:值|可设置)?为?(\d+)|\(1,(\d+)\]|(?:0-|1-|1~)(\d+)|页面大小为(\d+)", plain)
    return next(int(group) for group in found.groups() if group) if found else None


def examples(product: Product, action: str) -> Iterator[Mapping[str, Any]]:
    """What is inside of ``Response`` in each documented answer that is JSON."""
    for example in read(product, "examples.json")["actions"].get(action, ()):
        try:
            yield json.loads(example["output"])["Response"]
        except ValueError:
            continue
