"""Queries are taken apart into shapes, and shapes find their indexes by MongoDB's rules."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo import IndexModel

from bench.queries.plans import Flaw, plan
from bench.queries.shapes import Query, queries

MODELS = [
    IndexModel([("tenant", 1), ("status", 1), ("_id", -1)], name="newest"),
    IndexModel([("resend_at", 1)], name="resend", sparse=True),
    IndexModel([("key", 1)], name="keys", unique=True, partialFilterExpression={"key": {"$exists": True}}),
]


def asked(name: str, **command: Any) -> Query:
    (query,) = queries(name, {name: "tasks"} | command)
    return query


@pytest.mark.parametrize(
    ("filtered", "sort", "index", "bounds", "flaws"),
    [
        ({"_id": "a", "status": "b"}, {}, "_id", ("_id",), []),
        ({"tenant": "t", "status": "s"}, {"_id": -1}, "newest", ("tenant", "status"), []),
        ({"tenant": "t", "status": "s"}, {"_id": 1}, "newest", ("tenant", "status"), []),
        ({"tenant": "t", "status": {"$in": ["s"]}, "_id": {"$lt": "x"}}, {}, "newest", ("tenant", "status", "_id"), []),
        ({"tenant": "t"}, {"_id": -1}, "newest", ("tenant",), [Flaw.SORT]),
        ({"tenant": "t", "other": 1}, {}, "newest", ("tenant",), [Flaw.FILTER]),
        ({"status": "s"}, {}, None, (), [Flaw.SCAN]),
        ({"resend_at": {"$lte": 1}}, {"resend_at": 1}, "resend", ("resend_at",), []),
        ({"resend_at": None}, {}, None, (), [Flaw.SCAN]),
        ({"key": "k"}, {}, "keys", ("key",), []),
        ({"key": None}, {}, None, (), [Flaw.SCAN]),
        ({"tenant": {"$regex": "^a"}}, {}, "newest", ("tenant",), []),
        ({"tenant": {"$regex": "^a", "$options": "i"}}, {}, None, (), [Flaw.SCAN]),
        ({"tenant": {"$ne": "a"}}, {}, None, (), [Flaw.SCAN]),
        ({"tenant": {"$all": ["a", "b"]}}, {}, "newest", ("tenant",), [Flaw.FILTER]),
    ],
)
def test_a_query_finds_the_index_that_bounds_it(
    filtered: dict[str, Any], sort: dict[str, int], index: str | None, bounds: tuple[str, ...], flaws: list[Flaw]
) -> None:
    shape = asked("find", filter=filtered, sort=sort).shape
    found = plan(shape, MODELS)
    assert (found.index and found.index.name, found.bounds) == (index, bounds)
    assert found.flaws(shape) == flaws


def test_values_are_no_part_of_a_shape() -> None:
    one, other = (
        asked("find", filter={"_id": {"$gte": low, "$lt": "z"}}, limit=number) for low, number in (("a", 1), ("b", 2))
    )
    assert one.shape == other.shape
    assert str(one.shape) == "_id < ≥ · limited"


def test_counts_groups_and_writes_are_told_apart() -> None:
    count = [{"$match": {"tenant": "t"}}, {"$limit": 5}, {"$group": {"_id": 1, "n": {"$sum": 1}}}]
    groups = [{"$match": {"tenant": "t"}}, {"$group": {"_id": "$status"}}, {"$sort": {"_id": 1}}]
    counted, grouped = (asked("aggregate", pipeline=pipeline) for pipeline in (count, groups))
    assert (counted.shape.verb, counted.shape.limited, counted.example["limit"]) == ("count", True, 5)
    assert plan(counted.shape, MODELS).flaws(counted.shape) == [Flaw.COUNT]
    assert plan(grouped.shape, MODELS).flaws(grouped.shape) == [Flaw.GROUP]
    assert asked("update", updates=[{"q": {"_id": 1}, "multi": True}]).shape.verb == "update many"
    assert asked("delete", deletes=[{"q": {"_id": 1}, "limit": 0}]).shape.verb == "delete many"
    assert asked("findAndModify", query={"_id": 1}).shape.verb == "update"
    assert list(queries("insert", {"insert": "tasks", "documents": []})) == []
