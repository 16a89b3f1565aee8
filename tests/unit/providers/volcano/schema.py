"""The schema of volcano's APIs, as the models of the products' SDKs say it where they are installed.

The models are read and not run: each product has hundreds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from chalicelib.providers.volcano.declaration import Form, Product

PACKAGES = {
    "rds_mysql": "rdsmysqlv2",
    "rds_postgresql": "rdspostgresql",
    "rds_mssql": "rdsmssql",
    "storage_ebs": "storageebs",
}
"""How the packages of products are called that are not called as the product."""


@cache
def folder(product: Product) -> Path:
    spec = find_spec(f"volcenginesdk{PACKAGES.get(product.name, product.name)}")
    if spec is None or spec.origin is None:
        pytest.skip(f"the SDK of {product.name} is not installed")
    return Path(spec.origin).parent


@cache
def methods(product: Product) -> Mapping[str, tuple[str, Form]]:
    """API version and form of each action."""
    text = "".join(file.read_text() for file in (folder(product) / "api").glob("*_api.py"))
    found = re.findall(rf"'/(\w+)/([\d-]+)/{product.name}/\w+/([\w-]+)/'", text)
    forms = {"text_plain": Form.QUERY, "application_json": Form.JSON, "application_x-www-form-urlencoded": Form.FIELDS}
    return {action: (version, forms.get(form, Form.FIELDS)) for action, version, form in found}


@cache
def members(product: Product, model: str) -> Mapping[str, str]:
    """The fields of a model with their types; none of a plain type."""
    path = _file(product, model)
    if not path.is_file():
        return {}
    tables = {}
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and isinstance(node.value, ast.Dict):
            tables[node.targets[0].id] = ast.literal_eval(node.value)
    return {tables["attribute_map"][name]: kind for name, kind in tables["swagger_types"].items()}


def follow(product: Product, model: str, path: str) -> str:
    """The type at a dotted path inside of ``model``. A list stands for its entries."""
    for step in path.split("."):
        known = members(product, model)
        assert step in known, f"{path}: {model} has no {step}"
        model = _entry(known[step])
    return model


def strangers(product: Product, model: str, value: Any, at: str = "") -> Iterator[str]:
    """The paths in ``value`` that ``model`` does not have."""
    if isinstance(value, list):
        for entry in value:
            yield from strangers(product, model, entry, at)
    elif isinstance(value, dict) and not model.startswith("dict("):
        known = members(product, model)
        for field, inner in value.items():
            if field not in known:
                yield f"{at}{field}"
            else:
                yield from strangers(product, _entry(known[field]), inner, f"{at}{field}.")


def required(product: Product, model: str) -> set[str]:
    text = _file(product, model).read_text()
    names = re.findall(r"`(\w+)`, must not be `None`", text)
    return {name for name in members(product, model) if _snake(name) in names}


def largest(product: Product, model: str, parameter: str) -> int | None:
    text = _file(product, model).read_text()
    found = re.search(rf"`{_snake(parameter)}`, must be a value less than or equal to `(\d+)`", text)
    return int(found[1]) if found else None


def _file(product: Product, model: str) -> Path:
    return folder(product) / "models" / f"{_snake(model)}.py"


def _entry(kind: str) -> str:
    return kind.removeprefix("list[").removesuffix("]")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])|([A-Z])(?=[a-z])", r"_\1\2", name).strip("_").lower()
