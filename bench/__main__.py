"""The whole table: ``python -m bench [--small] [--only NAME]``. ``--small`` is for pipelines: small sizes, held against
what such runs have reached before, and an exit status of 1 when one is worse.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from importlib import import_module

from bench.peers.contest import PeersMissing
from bench.peers.turn import TurnFailed
from bench.recorded import against_recorded, not_measured
from bench.rows import Row, Verdict, table
from chalicelib.logs import logger

MEASURES = {
    "overhead": "bench.overhead",
    "submit": "bench.submission",
    "dispatch": "bench.dispatch",
    "families": "bench.families",
    "recovery": "bench.recovery",
    "growth": "bench.growth",
    "sync": "bench.syncs",
    "peers": "bench.peers.contest",
    "cold-start": "bench.cold_start",
    "queries": "bench.queries.measure",
    "cost": "bench.cost",
    "scale": "bench.scale.measure",
}
"""Modules whose ``measure(small=…)`` gives rows. Those that count come last: moto, by which they play AWS, hears every
call of this process from then on.
"""


def measured(names: Iterable[str], *, small: bool) -> list[Row]:
    """What cannot be measured here is told and left out."""
    rows: list[Row] = []
    for name in names:
        print(f"measuring: {name}", file=sys.stderr)
        try:
            rows += import_module(MEASURES[name]).measure(small=small)
        except PeersMissing as error:
            print(error, file=sys.stderr)
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description="What the service costs, with bounds and verdicts")
    parser.add_argument("--small", action="store_true", help="small sizes, against what they have reached before")
    parser.add_argument("--only", action="append", choices=MEASURES, help="may be repeated; without it, everything")
    asked = parser.parse_args()
    logger.setLevel("ERROR")
    try:
        rows = measured(asked.only or MEASURES, small=asked.small)
    except TurnFailed as error:
        sys.exit(str(error))
    shown = against_recorded(rows) if asked.small else rows
    print(table(shown))
    for what in not_measured(rows):
        print(f"has a bound and was not measured: {what}", file=sys.stderr)
    if any(row.verdict is Verdict.MISSED for row in shown):
        sys.exit(1)


if __name__ == "__main__":
    main()
