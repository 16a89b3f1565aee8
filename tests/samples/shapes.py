"""The shape of what is stored: the paths of a collection's fields, with the BSON types that each was seen with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

TYPES: Mapping[type, str] = {
    type(None): "null",
    bool: "bool",
    int: "int",
    float: "double",
    str: "string",
    bytes: "binData",
    datetime: "date",
    list: "array",
    dict: "object",
}
KEYED = frozenset({"stats.types", "stats.types.*.duration.buckets", "stats.types.*.queue_delay.buckets"})
"""Objects whose keys are data."""
FROM_OUTSIDE = frozenset({"assets.attributes", "assets.history[].fields[].old", "assets.history[].fields[].new"})
"""Whatever a cloud answers: its shape is not ours."""

Shapes = dict[str, set[str]]


def shapes(stored: Mapping[str, Iterable[Mapping[str, Any]]]) -> Shapes:
    """By the path of a field, which begins with its collection."""
    found: Shapes = {}
    for collection, documents in stored.items():
        for document in documents:
            for path, kind in _fields(document, collection):
                found.setdefault(path, set()).add(kind)
    return found


def _fields(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if path in FROM_OUTSIDE:
        return
    yield path, next(name for kind, name in TYPES.items() if isinstance(value, kind))
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _fields(item, f"{path}.*" if path in KEYED else f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from _fields(item, f"{path}[]")
