"""What a benchmark found, and whether it is good enough."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Verdict(StrEnum):
    """A median beyond its bound is noise as long as one round of the same run kept to it."""

    MET = "met"
    NOISE = "within noise"
    MISSED = "MISSED"
    NONE = "-"


@dataclass(frozen=True)
class Bound:
    """A limit that figures keep below, or above where ``least``."""

    limit: float
    least: bool = False

    def holds(self, figure: float) -> bool:
        return figure >= self.limit if self.least else figure <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.least else '≤'} {self.limit:g}"


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure of each round. ``note`` says what to know to read it."""

    measure: str
    what: str
    rounds: Sequence[float]
    bound: Bound | None = None
    note: str = field(default="", compare=False)

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def verdict(self) -> Verdict:
        if self.bound is None:
            return Verdict.NONE
        if self.bound.holds(self.median):
            return Verdict.MET
        return Verdict.NOISE if any(map(self.bound.holds, self.rounds)) else Verdict.MISSED


def table(rows: Iterable[Row]) -> str:
    """As markdown."""
    lines = ["| measure | what | median | min – max | bound | verdict |", "|---|---|---|---|---|---|"]
    for row in rows:
        spread = f"{shown(min(row.rounds))} – {shown(max(row.rounds))}" if len(row.rounds) > 1 else ""
        what = f"{row.what} ({row.note})" if row.note else row.what
        bound = str(row.bound) if row.bound else "-"
        lines.append(f"| {row.measure} | {what} | {shown(row.median)} | {spread} | {bound} | {row.verdict} |")
    return "\n".join(lines)


def shown(figure: float) -> str:
    """Three digits that count."""
    return f"{figure:,.0f}" if abs(figure) >= 100 else f"{figure:.3g}"
