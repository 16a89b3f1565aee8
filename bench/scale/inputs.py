"""What the simulation is told: the fleet, how long things take, and what there is of everything.

Each figure has its source: a command of this repository that measures or counts it, a table of AWS or Atlas, or
*stated*, which is nobody's measurement. Put in your own.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from chalicelib.accounts.schedule import BATCH as SCHEDULED_A_MINUTE
from chalicelib.tasks.load import MOST_COUNTED
from chalicelib.tasks.recoverer import BATCH as RESENT_AT_ONCE
from chalicelib.tasks.recoverer import BATCHES as RESEND_BATCHES

HOUR = 3600.0


@dataclass(frozen=True)
class Fleet:
    """Every account is synced once an hour: a parent, and a child for each region and type."""

    accounts: int = 1_000
    regions: int = 20
    types: int = 20

    @property
    def scopes(self) -> int:
        """Of one account."""
        return self.regions * self.types


@dataclass(frozen=True)
class Times:
    """Seconds, and what they depend on. ``pages`` are (share of the scopes, fewest, most)."""

    pages: tuple[tuple[float, int, int], ...] = ((0.90, 1, 1), (0.09, 2, 5), (0.01, 6, 50))
    page: float = 0.5
    page_spread: float = 0.5
    page_cpu: float = 0.02
    scope_cpu: float = 0.02
    fan_out_of_scope: float = 0.004
    join_of_scope: float = 0.001
    invocation: float = 0.02
    round_trip: float = 0.003
    vcpu: float = 1024 / 1769


@dataclass(frozen=True)
class Counts:
    """Commands to the store, by ``python -m infra.cost``. Of a scope: without its pages, its share of the batch and of
    the parent included. ``known`` is of a batch, whatever is in it: the claim and its read-back.
    """

    commands_of_scope: float = 9.5
    commands_of_page: float = 1.0
    commands_of_known: float = 2.0
    commands_of_parent: float = 10.0
    commands_of_resends: float = 3.0
    beat_seconds: float = 1.5


@dataclass(frozen=True)
class Room:
    """What there is. ``concurrency`` is the lane's; messages come ``batch`` at a time."""

    concurrency: int = 20
    batch: int = 10
    first_concurrency: int = 5
    more_a_minute: int = 300
    scheduled_a_minute: int = SCHEDULED_A_MINUTE
    patience: float = 120.0
    resent_a_minute: int = RESENT_AT_ONCE * RESEND_BATCHES
    resent_at_once: int = RESENT_AT_ONCE


@dataclass(frozen=True)
class Inputs:
    fleet: Fleet = field(default_factory=Fleet)
    times: Times = field(default_factory=Times)
    counts: Counts = field(default_factory=Counts)
    room: Room = field(default_factory=Room)
    seed: int = 1


TASK_BYTES = 1_500
"""Of an ended child in the store, uncompressed, without indexes: a test holds it to what is stored."""
TIER = "M30"
STORE_CONNECTIONS = 3_000
"""Of a node of this tier, by Atlas' own table, from memory."""
STORE_GIGABYTES = 40
"""The disk that it begins with, from memory."""
LAMBDA_CONCURRENCY = 1_000
"""The quota of a new AWS account and region."""

SOURCES = (
    ("accounts × regions × types", "1,000 × 20 × 20, hourly", "the question"),
    ("pages of a scope", "90 %: 1; 9 %: 2 to 5; 1 %: 6 to 50", "*stated*"),
    ("a page of a cloud", "0.5 s, log-normal (σ 0.5)", "*stated*, as in docs/cost.md"),
    ("processor for a page of 100, for a scope", "20 ms, 20 ms of a vCPU", "`python -m bench --only sync`, rounded up"),
    ("fanning a child out, joining it", "4 ms, 1 ms", "three times what `python -m bench --only families` has"),
    ("an invocation beside its tasks", "20 ms", "*stated*"),
    ("a round trip to the store", "3 ms", "*stated*: the same region"),
    ("commands of a scope, of each of its pages", "10.5, 1", "`python -m infra.cost`"),
    ("commands of beats", "2 every 1.5 s and invocation", "`CAM_BEAT_SECONDS`"),
    ("vCPUs of a consumer", "0.58: 1,024 of 1,769 MiB", "`.chalice/config.json`, AWS Lambda"),
    ("the poller's ramp", "5 at once, then 300 more a minute", "AWS Lambda, event source mappings of SQS"),
    ("accounts that a minute's schedule takes on", f"{SCHEDULED_A_MINUTE}", "`chalicelib/accounts/schedule.py`"),
    ("messages that a minute's recoverer sends again", f"{RESENT_AT_ONCE * RESEND_BATCHES:,}", "`tasks/recoverer.py`"),
    ("open tasks that are counted", f"{MOST_COUNTED:,}", "`tasks/load.py`"),
    ("an ended child in the store", f"{TASK_BYTES:,} B", "a test weighs one"),
)
