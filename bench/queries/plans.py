"""Which index answers a query on MongoDB, by the rules of its planner for plain filters: equalities first, then the
sort, then a range ([the ESR rule](https://www.mongodb.com/docs/manual/tutorial/equality-sort-range-guideline/)).

It chooses among our own indexes by rank; MongoDB tries the best few on the data. Where both would do, the table names
one of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pymongo import IndexModel

from bench.queries.shapes import ALL, EQUAL, EXISTS, IN, NULL, POINTS, SPANS, Shape

BY_ID = "_id"
TERMS = frozenset({"search"})
"""Of these fields one value is found in few documents: MongoDB's trial of plans tells, a rank by names cannot."""


class Flaw(StrEnum):
    """Why a query may look at more than it answers with."""

    SCAN = "reads the whole collection"
    SORT = "sorts what it found"
    FILTER = "tries documents that it leaves out"
    COUNT = "reads all that it counts"
    GROUP = "reads all that it adds up"


@dataclass(frozen=True)
class Index:
    """``needs`` are fields that a document must have to be in it: of a sparse or a partial one."""

    name: str
    keys: tuple[tuple[str, int], ...]
    needs: frozenset[str] = frozenset()

    @classmethod
    def of(cls, model: IndexModel) -> Index:
        document: dict[str, Any] = model.document
        keys = tuple((name, int(way)) for name, way in document["key"].items())
        needs = set(document.get("partialFilterExpression", ()))
        if document.get("sparse"):
            needs |= {name for name, _ in keys}
        return cls(document["name"], keys, frozenset(needs))


ID_INDEX = Index(BY_ID, ((BY_ID, 1),))


@dataclass(frozen=True)
class Plan:
    """``bounds`` are the fields that limit the part of the index that is read; ``tried`` those that are tested on the
    documents it leads to. ``sorted``: the index has the order that is asked for.
    """

    index: Index | None
    bounds: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    sorted: bool = True

    def flaws(self, shape: Shape) -> list[Flaw]:
        if not self.index:
            return [Flaw.SCAN]
        few = self.looks_up_ids(shape)
        found = [] if self.sorted else [Flaw.SORT]
        if self.tried and not few:
            found.append(Flaw.FILTER)
        if not few and shape.verb == "count":
            found.append(Flaw.COUNT)
        if not few and "$group" in shape.stages:
            found.append(Flaw.GROUP)
        return found

    def looks_up_ids(self, shape: Shape) -> bool:
        """It then looks at no more documents than it names, whatever else it says of them."""
        return self.bounds == (BY_ID,) and bool(shape.filter[BY_ID] & {EQUAL, IN})

    def __str__(self) -> str:
        if not self.index:
            return "whole collection"
        told = f"{', '.join(self.bounds) or 'all of it'}"
        return told + (f"; tries {', '.join(self.tried)}" if self.tried else "")


def plan(shape: Shape, models: Sequence[IndexModel]) -> Plan:
    candidates = [found for index in (ID_INDEX, *map(Index.of, models)) if (found := _by(index, shape))]
    return max(candidates, key=lambda it: _rank(it, shape), default=Plan(None))


def _by(index: Index, shape: Shape) -> Plan | None:
    """The plan with ``index``; None where it does not help."""
    matched = shape.filter
    if any(not matched.get(name, frozenset()) - {NULL} for name in index.needs):
        return None
    points = _points(index, shape)
    rest = index.keys[len(points) :]
    bounds = [*points]
    if rest and matched.get(rest[0][0], frozenset()) & {*SPANS, EXISTS}:
        bounds.append(rest[0][0])
    if not bounds:
        return None
    constant = {name for name in points if matched[name] & {EQUAL, NULL}}
    order = [(name, way) for name, way in shape.sort if name not in constant]
    tried = tuple(name for name in matched if name not in bounds or _half_bound(matched[name]))
    return Plan(index, tuple(bounds), tried, _in_order(rest, order))


def _points(index: Index, shape: Shape) -> list[str]:
    found: list[str] = []
    for name, _ in index.keys:
        if not shape.filter.get(name, frozenset()) & POINTS:
            break
        found.append(name)
    return found


def _half_bound(operators: Iterable[str]) -> bool:
    """Of several values that an array must have, one leads through the index."""
    return ALL in operators


def _in_order(keys: Sequence[tuple[str, int]], order: Sequence[tuple[str, int]]) -> bool:
    """An index is read in its own order or in that turned round."""
    begin = list(keys[: len(order)])
    return begin in (list(order), [(name, -way) for name, way in order])


def _rank(found: Plan, shape: Shape) -> tuple[bool, bool, bool, int, int]:
    assert found.index
    terms = bool(TERMS & set(found.bounds))
    in_time = found.sorted or not shape.limited
    return found.looks_up_ids(shape), terms, in_time, len(found.bounds), -len(found.index.keys)
