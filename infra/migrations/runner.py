"""Runs what a store lacks of the migrations, and writes down what was done in its collection ``migrations``."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.clock import Clock, utc_now
from infra.migrations.lease import Lease
from infra.migrations.table import MIGRATIONS, Migration, Store

COLLECTION = "migrations"


class Busy(Exception):
    """Another runner is at work; nothing was done here, or not all."""


@dataclass(frozen=True)
class Pace:
    """``lasts``: how long a runner that died keeps others out; ``every``: how often a live one renews its lease and
    a waiting one asks for it; ``patience``: how long that one waits.
    """

    lasts: timedelta = timedelta(seconds=30)
    every: timedelta = timedelta(seconds=5)
    patience: timedelta = timedelta(seconds=60)


def outstanding(database: Store, migrations: Sequence[Migration] = MIGRATIONS) -> list[Migration]:
    """What is not done yet, in order. Writes nothing."""
    done = {document["_id"]: document["version"] for document in database[COLLECTION].find({"done_at": {"$ne": None}})}
    return [one for one in sorted(migrations, key=lambda one: one.number) if done.get(one.number) != one.version]


def migrate(
    database: Store,
    migrations: Sequence[Migration] = MIGRATIONS,
    *,
    clock: Clock = utc_now,
    pace: Pace | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> list[Migration]:
    """Run what is outstanding, one after the other; returns what was run here. Raises Busy and pymongo's errors.

    A migration that was cut off is not written down, hence runs again from its beginning, which is safe: see
    ``Migration``.
    """
    chosen = pace or Pace()
    if not outstanding(database, migrations):
        return []
    owner = secrets.token_hex(8)
    lease = Lease(database[COLLECTION], owner, clock=clock, lasts=chosen.lasts, every=chosen.every)
    _wait_for(lease, chosen)
    with lease:
        found = outstanding(database, migrations)  # another runner may have done it meanwhile
        for migration in found:
            if lease.lost:
                raise Busy("another runner has taken over")
            say(f"{migration.number} {migration.name} …")
            begun = time.monotonic()
            migration.apply(database)
            _write_down(database, migration, clock)
            say(f"{migration.number} {migration.name}: done in {time.monotonic() - begun:.1f} s")
    return found


def _wait_for(lease: Lease, pace: Pace) -> None:
    deadline = time.monotonic() + pace.patience.total_seconds()
    while not lease.take():
        if time.monotonic() >= deadline:
            raise Busy("another runner is at work: try again when it has ended")
        time.sleep(pace.every.total_seconds())


def _write_down(database: Store, migration: Migration, clock: Clock) -> None:
    done = {"name": migration.name, "version": migration.version, "done_at": clock()}
    database[COLLECTION].update_one({"_id": migration.number}, {"$set": done}, upsert=True)
