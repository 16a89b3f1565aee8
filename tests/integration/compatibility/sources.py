"""The operators that stand in the sources, whether or not a test makes the code send them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
PLACES = ("chalicelib", "infra/migrations", "infra/doctor")
_OPERATOR = re.compile(r"\$[A-Za-z]+")
OF_JSON_SCHEMA = frozenset({"$ref", "$defs"})


def operators() -> dict[str, str]:
    """Every operator with a place where it is written."""
    return {
        name: f"{path.relative_to(ROOT)}:{line}"
        for place in PLACES
        for path in sorted((ROOT / place).rglob("*.py"))
        for name, line in operators_of(path.read_text(encoding="utf-8"))
        if name not in OF_JSON_SCHEMA
    }


def operators_of(source: str) -> Iterator[tuple[str, int]]:
    """Texts that begin with a dollar sign, but for those that name a field: these are values and members of lists."""
    tree = ast.parse(source)
    fields = {id(value) for node in ast.walk(tree) for value in _values(node)}
    for node in ast.walk(tree):
        if id(node) not in fields and isinstance(node, ast.Constant) and _OPERATOR.fullmatch(str(node.value)):
            yield str(node.value), node.lineno


def _values(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Dict):
        yield from node.values
    elif isinstance(node, ast.List):
        yield from node.elts
