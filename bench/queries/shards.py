"""Which shards of a sharded cluster a query reaches, and which of our unique indexes a shard key forbids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pymongo import IndexModel

from bench.queries.shapes import EQUAL, IN, NULL, SPANS, Shape


class Reach(StrEnum):
    """How many shards a router asks."""

    ONE = "one"
    SOME = "some"
    ALL = "every shard"


@dataclass(frozen=True)
class ShardKey:
    """``fields`` in order. A ``hashed`` one has a single field, whose ranges are spread over all shards."""

    fields: tuple[str, ...]
    hashed: bool = False

    def __str__(self) -> str:
        ways = ", ".join(f"{name}: {'hashed' if self.hashed else 1}" for name in self.fields)
        return f"{{{ways}}}"


def reach(shape: Shape, key: ShardKey) -> Reach:
    """One by equality on the whole key. Values of a prefix, or a range of a key that is not hashed, may be on one shard
    or on more: some.
    """
    matched = shape.filter
    if all(matched.get(name, frozenset()) & {EQUAL, NULL} for name in key.fields):
        return Reach.ONE
    narrow = {EQUAL, NULL, IN} | (frozenset() if key.hashed else SPANS)
    return Reach.SOME if matched.get(key.fields[0], frozenset()) & narrow else Reach.ALL


def forbidden(models: Sequence[IndexModel], key: ShardKey) -> list[str]:
    """Unique indexes that a collection with this key cannot have: they must begin with it, and it must not be hashed
    ([MongoDB](https://www.mongodb.com/docs/manual/core/sharding-shard-key/#unique-indexes)).
    """
    return [
        str(model.document["name"])
        for model in models
        if model.document.get("unique")
        and (key.hashed or tuple(model.document["key"])[: len(key.fields)] != key.fields)
    ]
