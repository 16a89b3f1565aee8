"""Past one replica set: the shard key of each collection that would have one, and what its queries then reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bench.queries.page import PAGE as QUERIES
from bench.queries.shapes import Shape, parsed
from bench.queries.shards import Reach, ShardKey, forbidden, reach
from chalicelib import indexes

BY_ID = ShardKey(("_id",), hashed=True)
BY_SCOPE = ShardKey(("tenant", "provider", "account_id", "region", "type"))
BY_TENANT = ShardKey(("tenant",))
BY_TENANT_AND_ID = ShardKey(("tenant", "_id"))

CONSIDERED: Mapping[str, Sequence[ShardKey]] = {
    "assets": (BY_SCOPE, BY_ID),
    "audit": (BY_TENANT_AND_ID, BY_ID),
    "pacing": (BY_ID,),
    "tasks": (BY_ID, BY_TENANT, BY_TENANT_AND_ID),
}
"""The collections that grow with the fleet, or are written at every call of a cloud."""
CHOSEN: Mapping[str, ShardKey] = {"assets": BY_SCOPE, "audit": BY_TENANT_AND_ID, "pacing": BY_ID}
"""``tasks`` has none: two of its indexes must be unique, and no key allows both."""


def shapes(text: str | None = None) -> list[Shape]:
    """Every query of ``docs/queries.md``."""
    return parsed(QUERIES.read_text(encoding="utf-8") if text is None else text)


def reached(found: Sequence[Shape], collection: str, key: ShardKey) -> Counter[Reach]:
    return Counter(reach(shape, key) for shape in found if shape.collection == collection)


def rows(found: Sequence[Shape]) -> Iterator[tuple[str, ...]]:
    for collection, keys in CONSIDERED.items():
        for key in keys:
            counted = reached(found, collection, key)
            lost = ", ".join(f"`{name}`" for name in forbidden(indexes.INDEXES[collection], key)) or "none"
            taken = "chosen" if CHOSEN.get(collection) == key else ""
            yield (f"`{collection}`", f"`{key}`", *(str(counted[it]) for it in Reach), lost, taken)
