"""What small sizes have reached, for pipelines: a ratio that no round of a run reaches has got worse.

Small runs pay the start of everything and share their machine, so these are wider than the bounds of the full table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bench.peers.contestants import CELERY_REDIS, SUBSTRATE_PEER
from bench.rows import Bound, Row

RECORDED = {
    ("overhead", "store round trips of 10 no-op tasks"): Bound(4),
    ("overhead", "rate, to a raw loop"): Bound(1.5, least=True),
    ("submit", "handler's time, to a bare insert and send"): Bound(1.7),
    ("submit", "rate in bulk, to one by one"): Bound(5, least=True),
    ("families", "submit to joined, to plain tasks in bulk"): Bound(1.7),
    ("peers", f"rate, to {SUBSTRATE_PEER}"): Bound(0.2, least=True),
    ("peers", f"worker CPU, to {SUBSTRATE_PEER}"): Bound(0.35),
    ("peers", f"worker CPU, to {CELERY_REDIS}"): Bound(0.6),
}
"""By the measure and what it is of. These are of November 2026, on 2 cores shared with other work."""


def against_recorded(rows: Sequence[Row]) -> list[Row]:
    """The rows with these bounds in place of those of the full table."""
    return [replace(row, bound=RECORDED.get((row.measure, row.what))) for row in rows]


def not_measured(rows: Sequence[Row]) -> list[str]:
    """Of measures that were taken, what has a bound and no row."""
    taken = {(row.measure, row.what) for row in rows}
    measures = {measure for measure, _ in taken}
    return [f"{measure}: {what}" for measure, what in RECORDED if measure in measures and (measure, what) not in taken]
