"""``docs/scaling.md``, made of simulated days."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.scale.inputs import SOURCES, Inputs
from bench.scale.judgement import first_that_breaks, limits, month, unit
from bench.scale.shards import rows as shard_rows
from bench.scale.shards import shapes
from bench.scale.simulation import Day, Simulation, needed_concurrency, with_room
from infra.cost.bill import total

PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"
COMMAND = "python -m bench.scale"
PATIENT_SECONDS = 7_200


@dataclass(frozen=True)
class Simulated:
    """Days by what is special about them; ``enough`` is the one with ``needed`` consumers at once."""

    inputs: Inputs
    needed: int
    days: Mapping[str, Day]
    enough: Day


def simulated(inputs: Inputs | None = None, *, hours: int = 24) -> Simulated:
    given = inputs or Inputs()
    needed = needed_concurrency(given)
    changes: Mapping[str, dict[str, float]] = {
        f"`prod` as it is: {given.room.concurrency}": {},
        f"what it needs: {needed}": {"concurrency": needed},
        f"half as much again: {needed * 3 // 2}": {"concurrency": needed * 3 // 2},
        f"{needed}, `CAM_PATIENCE_SECONDS={PATIENT_SECONDS}`": {"concurrency": needed, "patience": PATIENT_SECONDS},
    }
    days = {name: Simulation(with_room(given, **change), hours).run() for name, change in changes.items()}
    return Simulated(given, needed, days, list(days.values())[1])


def version() -> str:
    """Changes with what the page is made of."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    told = repr(Inputs()).encode() + b"".join(path.read_bytes() for path in sources)
    return hashlib.sha256(told).hexdigest()[:16]


def document(found: Simulated) -> str:
    parts = (_introduction(found), _days(found), _breaks(found), _bill(found), _inputs(), _past_one_store())
    return "\n".join(line for part in parts for line in part) + "\n"


def _introduction(found: Simulated) -> Iterator[str]:
    fleet, room, enough = found.inputs.fleet, found.inputs.room, found.enough
    first = first_that_breaks(limits(found.inputs, found.needed, enough))
    breaks = f"{first.what}, {first.share:.1f} times what there is: {first.moved_by}" if first else "nothing"
    again, patient = (f"{day.known / day.scopes:.0%}" for day in (enough, list(found.days.values())[3]))
    average, most = enough.commands / 3600 / enough.hours, enough.peak_commands_a_second
    dollars = total(month(found.inputs, enough))
    yield f"""# How far it scales

Made by `{COMMAND}` (version {version()}): a simulation, not a measurement. It plays a day of
{fleet.accounts:,} accounts × {fleet.regions} regions × {fleet.types} asset types, each synced every hour:
{24 * fleet.accounts * fleet.scopes:,} listings. The same seed gives the same day. Change `bench/scale`, not this
page; a test fails when the page is older. No AWS and no MongoDB of this size was at hand: put your own figures into
`bench/scale/inputs.py`.

## Conclusions

- **{found.needed} consumers at once** keep up, {found.needed * room.batch} listings side by side. Give half as many
  again: with just enough, an hour's last sync ends when the next hour begins. `prod` has {room.concurrency}
  (`overlay.lanes.low.max_concurrency` in `.chalice/config.json`).
- **What breaks first**: {breaks}.
  The table below has the next ones.
- **Too few consumers skip, and do not pile up**: an account whose last sync is still open gets no second one. Syncs
  become rarer than hourly.
- **Sent again for nothing**: all accounts are due when their hour begins, so most listings wait, and the recoverer
  takes what waits for longer than `CAM_PATIENCE_SECONDS` for lost. It sends {again} as many messages as there
  are listings. With {PATIENT_SECONDS:,} s it is {patient}; then a message that is really lost is missed for so long.
- **The store** has {average:,.0f} commands a second on average and {most:,.0f} at the most; an M30 is taken for 1,000.
- **{dollars:,.0f} dollars a month**, the store counted by its use.
"""


def _days(found: Simulated) -> Iterator[str]:
    yield "## Days\n"
    yield from _table(
        ("consumers at once", *found.days),
        [
            ("syncs done", *(f"{day.syncs:,}" for day in found.days.values())),
            ("skipped, as the last one was open", *(f"{day.skipped:,}" for day in found.days.values())),
            ("slowest sync, minutes", *(f"{day.slowest_sync / 60:.0f}" for day in found.days.values())),
            ("longest wait of a listing, minutes", *(f"{day.longest_wait / 60:.0f}" for day in found.days.values())),
            ("messages that wait, at the most", *(f"{day.peak_waiting:,}" for day in found.days.values())),
            ("messages sent again for nothing", *(f"{day.known:,}" for day in found.days.values())),
            ("invocations", *(f"{day.batches:,}" for day in found.days.values())),
            (
                "consumers busy, on average",
                *(f"{day.busy_seconds / 3600 / day.hours:.1f}" for day in found.days.values()),
            ),
            ("commands to the store a second, at the most", *_peaks(found)),
            ("dollars a month", *(f"{total(month(found.inputs, day)):,.0f}" for day in found.days.values())),
        ],
    )


def _peaks(found: Simulated) -> Iterator[str]:
    return (f"{day.peak_commands_a_second:,.0f}" for day in found.days.values())


def _breaks(found: Simulated) -> Iterator[str]:
    yield "## What breaks, in order\n"
    yield f"With {found.needed} consumers at once, beside what `prod` and an Atlas M30 have.\n"
    yield from _table(
        ("what", "needed", "there", "×", "when exceeded", "moved by"),
        [
            (it.what, f"{it.needed:,.0f}", f"{it.there:,.0f}", f"{it.share:.2f}", it.then, it.moved_by)
            for it in limits(found.inputs, found.needed, found.enough)
        ],
    )
    yield """\
Not among them: a cloud's own limit. A scope is listed page after page by one worker, so an account's action in a region
is called a few times a second at the most.
"""


def _bill(found: Simulated) -> Iterator[str]:
    yield "## A month of such days\n"
    yield "With what it needs, at the prices of [cost.md](cost.md), which are to be checked.\n"
    lines = month(found.inputs, found.enough)
    yield from _table(
        ("what", "quantity", "price", "dollars"),
        [(it.what, f"{it.quantity:,.0f} {unit(it)}", it.price, f"{it.dollars:,.2f}") for it in lines]
        + [("**together**", "", "", f"**{total(lines):,.2f}**")],
    )


def _inputs() -> Iterator[str]:
    yield "## What it was told\n"
    yield from _table(("what", "figure", "source"), SOURCES)


def _past_one_store() -> Iterator[str]:
    yield """## Past one replica set

In this order:

1. **A larger tier**, for as long as there is one. Nothing changes.
2. **Shorter memory**: `CAM_RETENTION_DAYS`. Ended tasks are most of what is stored.
3. **A stack and a store for a part of the tenants.** A tenant's tasks, assets, accounts and keys refer to no other
   tenant's. It is another stage of `.chalice/config.json`, and the only way that makes every part smaller.
4. **Sharding**, of the collections below that have a key. A shard key is chosen for the queries of
   [queries.md](queries.md); the numbers are how many of a collection's queries ask one shard, some, or every one. They
   are computed of the shapes there (`bench/queries/shards.py`), and were tried on no cluster.
"""
    yield from _table(
        ("collection", "key", "one", "some", "every", "unique indexes it forbids", ""), list(shard_rows(shapes()))
    )
    yield """\
- `tasks` stays whole: `one_active` and `idempotency` must be unique, and no key allows both. It is small where ended
  tasks go soon.
- `assets` by scope: a sync reads its scope from one shard, and inserts into it. Its updates name ids and no scope: each
  asks every shard, which MongoDB allows from 7 on. Name the scope in `assets/store.py` before sharding. The guards of
  the fence have no scope: all of them lie on one shard, for a day.
- `pacing` has a document for each second of an account, region and action: hashed ids spread them.
- All others are small, or are read by ids that are dates."""


def _table(titles: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(titles) + " |"
    yield "|---" * len(titles) + "|"
    for line in lines:
        yield "| " + " | ".join(line) + " |"
    yield ""
