"""Queries without their values: which fields they name, by which operators, in which order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

EQUAL, IN, ALL = "=", "in", "all"
RANGES = {"$lt": "<", "$lte": "≤", "$gt": ">", "$gte": "≥"}
BEGINNING, PATTERN = "begins", "matches"
EXISTS = "exists"
NULL = "= null"
LEFT_OUT = frozenset({"$options"})

POINTS = frozenset({EQUAL, IN, ALL, NULL})
"""What an index looks up by itself."""
SPANS = frozenset({*RANGES.values(), BEGINNING})
"""What an index walks along."""
STATEMENTS = {"update": "updates", "delete": "deletes"}


@dataclass(frozen=True, order=True)
class Shape:
    """``fields`` are the filter's, by name; ``stages`` what an aggregation does after it. ``limited``: no more than
    so many are asked for.
    """

    collection: str
    verb: str
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()
    sort: tuple[tuple[str, int], ...] = ()
    limited: bool = False
    stages: tuple[str, ...] = ()

    @property
    def filter(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(operators) for name, operators in self.fields}

    def __str__(self) -> str:
        told = ", ".join(f"{name} {' '.join(operators)}" for name, operators in self.fields) or "everything"
        told += f" · {' '.join(self.stages)}" if self.stages else ""
        told += f" · by {', '.join(('-' if way < 0 else '') + name for name, way in self.sort)}" if self.sort else ""
        return told + (" · limited" if self.limited else "")


@dataclass(frozen=True)
class Query:
    """A shape with one of the commands that had it, as a ``find`` that reads what the command reads."""

    shape: Shape
    example: Document


def queries(name: str, command: Document) -> Iterator[Query]:
    """Those of a command; none of one that looks nothing up."""
    if name == "find":
        example = {key: command[key] for key in ("find", "filter", "sort", "limit") if key in command}
        yield _query(command["find"], "find", command["filter"], example)
    elif name == "aggregate":
        yield _aggregate(command)
    elif name == "findAndModify":
        yield _query(command["findAndModify"], "update", command["query"])
    for statement in command.get(STATEMENTS.get(name, ""), ()):
        many = statement.get("multi") or (name == "delete" and statement["limit"] == 0)
        yield _query(command[name], f"{name} many" if many else name, statement["q"])


def _query(collection: str, verb: str, matched: Document, example: Document | None = None, **more: Any) -> Query:
    asked = example or {"find": collection, "filter": matched}
    sort = tuple((field, int(way)) for field, way in dict(asked.get("sort", {})).items())
    shape = Shape(collection, verb, _fields(matched), sort, limited=bool(asked.get("limit")), **more)
    return Query(shape, asked)


def _aggregate(command: Document) -> Query:
    """Its first stage is what can ride an index, and a limit behind it; later sorts are of what was made of it."""
    first, *others = command["pipeline"]
    assert "$match" in first, f"an aggregation that begins with {first}"
    stages = [name for stage in others for name in stage]
    example: dict[str, Any] = {"find": command["aggregate"], "filter": first["$match"]}
    if stages[:1] == ["$limit"]:
        example["limit"] = others[0]["$limit"]
        stages.pop(0)
    if stages[-1:] == ["$group"] and others[-1]["$group"] == {"_id": 1, "n": {"$sum": 1}}:
        return _query(command["aggregate"], "count", first["$match"], example)
    return _query(command["aggregate"], "aggregate", first["$match"], example, stages=tuple(stages))


def _fields(matched: Document) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, tuple(sorted(_operators(condition)))) for name, condition in sorted(matched.items()))


def _operators(condition: object) -> Iterator[str]:
    if condition is None:
        yield NULL
    elif not isinstance(condition, Mapping):
        yield EQUAL
    else:
        for name, operand in condition.items():
            if name not in LEFT_OUT:
                yield _operator(name, operand, condition)


def _operator(name: str, operand: Any, condition: Document) -> str:
    if name in RANGES:
        return RANGES[name]
    if name == "$regex":
        return BEGINNING if operand.startswith("^") and "i" not in condition.get("$options", "") else PATTERN
    if name == "$exists" and operand:
        return EXISTS
    if name == "$all" and len(operand) == 1:
        return EQUAL
    return {"$in": IN, "$all": ALL}.get(name, name)


_ROW = re.compile(r"\| (?P<verb>[a-z ]+) \| (?P<told>[^|]+) \| [^|]+ \| [^|]+ \| [^|]+ \| `")


def parsed(page: str) -> list[Shape]:
    """The shapes whose text is in the rows of a page, each under the title of its collection."""
    collection = ""
    found: list[Shape] = []
    for line in page.splitlines():
        if line.startswith("## "):
            collection = line.removeprefix("## ")
        elif row := _ROW.match(line):
            found.append(_parsed(collection, row["verb"], row["told"]))
    return found


def _parsed(collection: str, verb: str, told: str) -> Shape:
    filtered, *others = told.split(" · ")
    fields = [] if filtered == "everything" else [_field(text) for text in filtered.split(", ")]
    sort = [_order(name) for text in others if text.startswith("by ") for name in text[3:].split(", ")]
    stages = [name for text in others if text.startswith("$") for name in text.split()]
    return Shape(collection, verb, tuple(fields), tuple(sort), "limited" in others, tuple(stages))


def _field(text: str) -> tuple[str, tuple[str, ...]]:
    name, _, operators = text.partition(" ")
    return name, (NULL,) if operators == NULL else tuple(operators.split())


def _order(name: str) -> tuple[str, int]:
    return (name[1:], -1) if name.startswith("-") else (name, 1)
