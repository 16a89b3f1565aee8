"""``docs/queries.md``, made of what was recorded."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from bench.queries.explained import EXPLAINED
from bench.queries.plans import Flaw
from bench.queries.recording import Asked, Recording

PAGE = Path(__file__).parents[2] / "docs" / "queries.md"
COMMAND = "python -m bench.queries"

INTRODUCTION = f"""# What is asked of the store

Made by `{COMMAND}`: it drives every method of every store, and every filter and order that a caller can
choose, hears each query by a listener of the driver, and writes down its shape, without values. Change the code, or
`bench/queries`, not this page. A test fails when the service asks what has no row, when a row is not asked any more,
when a function that asks was not driven, and when a query may read more than it answers with and nobody said why.

*Index* and *bounds* are what MongoDB's rules make of our indexes (`bench/queries/plans.py`: equalities, then the sort,
then a range). *Bounds* are the fields that limit the part of the index that is read; what is *tried* is tested on the
documents it leads to. `_id` is the index that every collection has: a query that names ids looks at no more documents
than it names, whatever else it says of them.

*Embedded* is what the server of development explains of the same filter as a `find`. It is no MongoDB: it says that it
scans wherever a field is tried, or an index is partial, though writes by `_id` do use it; and it sorts by itself what
an index of several fields has in order. Ask a real one: `{COMMAND} --uri mongodb://…` plays on a database
of its own there and prints this page with what that server explains.
"""


def document(recording: Recording) -> str:
    return "\n".join([INTRODUCTION, *_summary(recording), *_tables(recording), *_exceptions(recording)]) + "\n"


def unexplained(recording: Recording) -> set[tuple[str, Flaw]]:
    return _flawed(recording) - set(EXPLAINED)


def idle(recording: Recording) -> set[tuple[str, Flaw]]:
    """Explanations of what nobody asks."""
    return set(EXPLAINED) - _flawed(recording)


def _flawed(recording: Recording) -> set[tuple[str, Flaw]]:
    return {(by, flaw) for asked in recording.asked for flaw in asked.flaws for by in asked.by}


def _summary(recording: Recording) -> Iterator[str]:
    clean = sum(not asked.flaws for asked in recording.asked)
    others = len(recording.asked) - clean
    yield f"{len(recording.asked)} queries. {clean} of them ride an index with bounds, sort nothing and look at nothing"
    yield f"that they leave out. Of the {others} others the letters say what they do, and why, at the end.\n"


def _tables(recording: Recording) -> Iterator[str]:
    numbers = {key: letter(number) for number, key in enumerate(sorted(EXPLAINED))}
    for collection, rows in groupby(recording.asked, key=lambda it: it.shape.collection):
        yield f"## {collection}\n"
        yield "| | query | index | bounds | embedded | asked by | |"
        yield "|---|---|---|---|---|---|---|"
        for asked in rows:
            notes = sorted({numbers.get((by, flaw), "?") for by in asked.by for flaw in asked.flaws})
            yield _row(asked, " ".join(notes))
        yield ""


def _row(asked: Asked, notes: str) -> str:
    index = asked.plan.index.name if asked.plan.index else "none"
    by = ", ".join(f"`{name}`" for name in asked.by)
    sorts = "; sorts" if Flaw.SORT in asked.flaws else ""
    told = (asked.shape.verb, str(asked.shape), f"{index}{sorts}", str(asked.plan), asked.seen, by, notes)
    return "| " + " | ".join(told) + " |"


def _exceptions(recording: Recording) -> Iterator[str]:
    yield "## Exceptions\n"
    yield "| | asked by | it | because |"
    yield "|---|---|---|---|"
    for number, (by, flaw) in enumerate(sorted(EXPLAINED)):
        yield f"| {letter(number)} | `{by}` | {flaw} | {EXPLAINED[by, flaw]} |"


def letter(number: int) -> str:
    """a … z, aa, ab …"""
    before, last = divmod(number, 26)
    return (letter(before - 1) if before else "") + chr(ord("a") + last)
