"""What a simulated day asks of everything there is a limit of, and what a month of such days costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.scale.inputs import (
    HOUR,
    LAMBDA_CONCURRENCY,
    STORE_CONNECTIONS,
    STORE_GIGABYTES,
    TASK_BYTES,
    TIER,
    Inputs,
)
from bench.scale.simulation import Day
from chalicelib.settings import Settings
from chalicelib.tasks.load import MOST_COUNTED
from infra.cost import prices
from infra.cost.bill import Line, memory
from infra.cost.prices import DAYS, GB, PRICES

POOL = int(Settings.model_fields["mongodb_pool_size"].default)
RETENTION_DAYS = float(Settings.model_fields["retention_days"].default)
READS_OF_BATCH = 2
"""*Stated*: most batches are of one account, whose credentials a worker remembers for a minute."""


@dataclass(frozen=True)
class Limit:
    """``needed`` and ``there`` are of one unit; ``then`` is what happens where more is needed than is there."""

    what: str
    needed: float
    there: float
    then: str
    moved_by: str

    @property
    def share(self) -> float:
        return self.needed / self.there


def limits(inputs: Inputs, needed: int, day: Day) -> list[Limit]:
    """What is exceeded most comes first. ``day`` is one with as many consumers as are needed."""
    fleet, room = inputs.fleet, inputs.room
    tasks_a_day = 24 * fleet.accounts * (fleet.scopes + 1)
    found = [
        Limit(
            "disk for ended tasks, GB",
            RETENTION_DAYS * tasks_a_day * TASK_BYTES / GB,
            STORE_GIGABYTES,
            "the store stops taking writes",
            "`CAM_RETENTION_DAYS`, or a larger disk",
        ),
        Limit(
            "open tasks that are counted",
            day.peak_waiting,
            MOST_COUNTED,
            "figures of what waits stay at that number; nothing else",
            "`load.MOST_COUNTED`; shorter backlogs",
        ),
        Limit(
            "consumers of the lane at once",
            needed,
            room.concurrency,
            "accounts whose last sync is still open are skipped: syncs become rarer, tasks do not pile up",
            "`overlay.lanes.low.max_concurrency`",
        ),
        Limit(
            f"commands to the store a second, on an Atlas {TIER}",
            day.peak_commands_a_second,
            prices.STORE_COMMANDS_PER_SECOND,
            "every call takes longer, batches too: more consumers then make it worse",
            "the tier of the store; a longer `sync_interval_seconds` of accounts",
        ),
        Limit(
            f"connections to the store, of an Atlas {TIER}",
            day.peak_busy * (POOL + 1),
            STORE_CONNECTIONS,
            "new consumers cannot reach the store, and their batches come back",
            "`CAM_MONGODB_POOL_SIZE`, the tier",
        ),
        Limit(
            "concurrent executions of the AWS account",
            day.peak_busy,
            LAMBDA_CONCURRENCY,
            "consumers and the API are throttled",
            "the quota",
        ),
        Limit(
            "accounts that the schedule submits in an hour",
            fleet.accounts,
            HOUR / 60 * room.scheduled_a_minute,
            "the last accounts of an hour are late, then skipped",
            "`schedule.BATCH`",
        ),
    ]
    return sorted(found, key=lambda limit: -limit.share)


def month(inputs: Inputs, day: Day) -> list[Line]:
    """In what ``infra.cost`` has prices for."""
    batches, scopes = DAYS * day.batches, DAYS * day.scopes
    sent = DAYS * (day.messages - day.syncs * 2) / inputs.room.batch + DAYS * day.syncs * 2
    requests = sent + 2 * batches
    logged = scopes * prices.WORK_LOG_BYTES + batches * (prices.BATCH_FIGURES_BYTES + prices.PLATFORM_LOG_BYTES)
    reads = READS_OF_BATCH * batches
    hours = DAYS * day.commands / prices.STORE_COMMANDS_PER_SECOND / HOUR
    return [
        Line("invocations of the consumer", batches, "Lambda requests"),
        Line("time of the consumer", DAYS * day.busy_seconds * memory("consume_normal"), "Lambda arm64"),
        Line("requests of the queue", requests, "SQS, standard"),
        Line("the same, as fair queues", requests, "SQS, fair queues"),
        Line("credentials, decrypted", reads, "KMS requests"),
        Line("logs and embedded metrics", logged, "CloudWatch Logs"),
        Line("traces", batches * prices.TRACED_SHARE, "X-Ray"),
        Line(f"the store, for {DAYS * day.commands:,.0f} commands", hours, "Atlas M30"),
    ]


def unit(line: Line) -> str:
    return PRICES[line.price].unit


def first_that_breaks(found: Sequence[Limit]) -> Limit | None:
    return found[0] if found and found[0].share > 1 else None
