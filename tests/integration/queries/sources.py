"""The functions of the service that ask the store, as they stand in the sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bench.queries.recorder import SERVICE, function_name

OF_THE_DRIVER = frozenset(
    {
        "aggregate",
        "bulk_write",
        "count_documents",
        "delete_many",
        "delete_one",
        "distinct",
        "find_one",
        "find_one_and_delete",
        "find_one_and_replace",
        "find_one_and_update",
        "replace_one",
        "update_many",
        "update_one",
    }
)
"""Methods of a collection that nothing else has. ``find`` is one of others, too: it counts on what has one of these."""


def asking_functions(source: str, path: Path) -> set[str]:
    calls = list(_calls(ast.parse(source), ""))
    collections = {receiver for _, receiver, method in calls if method in OF_THE_DRIVER}
    return {
        function_name(path, name)
        for name, receiver, method in calls
        if method in OF_THE_DRIVER or (method == "find" and receiver in collections)
    }


def of_the_service() -> set[str]:
    return {name for path in SERVICE.rglob("*.py") for name in asking_functions(path.read_text(encoding="utf-8"), path)}


def _calls(node: ast.AST, scope: str) -> Iterator[tuple[str, str, str]]:
    """The function, and what method is called of what."""
    for child in ast.iter_child_nodes(node):
        inner = scope
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            inner = f"{scope}.{child.name}" if scope else child.name
            if isinstance(node, ast.FunctionDef):
                inner = scope
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Attribute):
            yield scope, ast.unparse(child.func.value), child.func.attr
        yield from _calls(child, inner)
