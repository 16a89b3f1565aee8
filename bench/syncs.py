"""Rows of ``bench.inventory``: a first sync beside raw writes, and an unchanged one of twice as much."""

from __future__ import annotations

from bench.inventory import DATABASE, GOAL, PAGE, asked, instances_of, raw_seconds, scopes, started, stored
from bench.rows import Bound, Row

MEASURE = "sync"
SCOPES = 20
FIRST_BOUND = Bound(1.5)
WRITES_BOUND = Bound(0)
MEMORY_BOUND = Bound(256)


def measure(*, small: bool = False) -> list[Row]:
    """Half of the scopes are synced beside raw writes, then the other half, and then all of them again."""
    assets = 4_000 if small else 200_000
    every = scopes(SCOPES)
    half, rest = every[: SCOPES // 2], every[SCOPES // 2 :]
    with started(instances_of(assets, SCOPES)) as (client, orders):
        before = orders.recv()
        first = asked(orders, "first", half)
        floor = raw_seconds(client[DATABASE], stored(client[DATABASE], half))
        asked(orders, "rest", rest)
        again = asked(orders, "again", every)
    synced, unchanged = first.count("total"), again.count("unchanged")
    assert unchanged >= assets, f"{unchanged} are unchanged of {assets} at the least"
    of_all = f"{unchanged:,} assets in {SCOPES} scopes"
    return [
        Row(MEASURE, "first sync, to raw bulk_write", [first.seconds / floor], FIRST_BOUND, f"{synced:,} assets"),
        Row(MEASURE, "first sync, assets/s", [synced / first.seconds]),
        Row(MEASURE, "unchanged sync, commands that write assets", [again.write_commands], WRITES_BOUND, of_all),
        Row(MEASURE, "unchanged sync, assets/s", [unchanged / again.seconds]),
        Row(
            MEASURE,
            "unchanged sync's rate, to a first one's",
            [(unchanged / again.seconds) / (synced / first.seconds)],
            Bound(GOAL, least=True),
        ),
        Row(
            MEASURE,
            "unchanged sync, processor ms for a page",
            [1000 * again.cpu_seconds / (unchanged / PAGE)],
            note=f"{PAGE} assets; beside the store and the cloud",
        ),
        Row(MEASURE, "MiB of the process that syncs, at most", [again.peak_mib], MEMORY_BOUND, f"{before:.0f} idle"),
    ]
