"""Counts times prices: the bills of a million tasks, of an hourly sync, and of a stack that stands by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from chalice.config import Config

from chalicelib.tasks.batch import MOST_SUBMITTED
from chalicelib.tasks.emf import COUNTER_NAMES
from infra.cost import prices as stated
from infra.cost.counting import Tally
from infra.cost.prices import MILLION, MINUTES, PRICES
from infra.cost.workloads import ASSETS, BATCH, PAGE, SCOPES, Counted
from infra.package.overlay import alarms
from infra.package.overlay.queues import KEY_REUSE
from infra.package.stage import CONFIG, load

STAGE = "prod"
MIB_IN_GB = 1024
TASKS = MILLION
INVENTORY = 100_000
ASSETS_OF_SCOPE = 1000
SYNCS = INVENTORY // (SCOPES * ASSETS_OF_SCOPE)
"""Syncs of ten scopes, by which the inventory is brought up to date every hour."""
HOURS = MINUTES // 60


@dataclass(frozen=True)
class Line:
    what: str
    quantity: float
    price: str

    @property
    def dollars(self) -> float:
        return self.quantity * PRICES[self.price].dollars / PRICES[self.price].per


def total(lines: Sequence[Line]) -> float:
    return sum(line.dollars for line in lines)


def memory(function: str) -> float:
    """In GB, as Lambda bills it."""
    found = Config(
        chalice_stage=STAGE, function_name=function, config_from_disk=json.loads(CONFIG.read_text(encoding="utf-8"))
    )
    return int(found.lambda_memory_size) / MIB_IN_GB


def queue_requests(counted: Counted) -> dict[str, float]:
    """Requests of SQS for one task that is submitted by itself. Full batches: as under load; a task that comes alone
    is received and deleted alone, which makes 3.
    """
    sent = _of(counted.submitted, "sqs ") / BATCH
    batches = counted.worked.invocations["consume_normal"] / BATCH
    return {"SendMessage": sent, "ReceiveMessage": batches, "DeleteMessageBatch": batches}


def million_tasks(counted: Counted) -> list[Line]:
    """Submitted one by one through the API, run ten at a time."""
    return _million(counted, TASKS, stated.API_SECONDS, stated.SUBMIT_LOG_BYTES, counted.submitted, BATCH)


def million_in_batches(counted: Counted) -> list[Line]:
    """Submitted by as few requests as may be, run ten at a time."""
    seconds, logged = stated.BATCH_REQUEST_SECONDS, stated.BATCH_REQUEST_LOG_BYTES
    return _million(counted, TASKS / MOST_SUBMITTED, seconds, logged, counted.batch, MOST_SUBMITTED)


def _million(counted: Counted, requests: float, seconds: float, logged: float, sample: Tally, of: int) -> list[Line]:
    """By ``requests`` of the API that last ``seconds`` and log so many bytes each; ``sample`` is of the submission of
    ``of`` tasks.
    """
    batches = TASKS / BATCH
    commands = TASKS / of * _commands(sample) + batches * _commands(counted.worked)
    sent = TASKS / of * _of(sample, "sqs ") + batches * 2 * counted.worked.invocations["consume_normal"]
    lines = (
        requests * (logged + stated.ACCESS_LOG_BYTES + stated.PLATFORM_LOG_BYTES)
        + TASKS * stated.WORK_LOG_BYTES
        + batches * (stated.BATCH_FIGURES_BYTES + stated.PLATFORM_LOG_BYTES)
    )
    return [
        Line("requests of the API", requests, "API Gateway, REST"),
        Line("invocations of `api_handler` and the consumer", requests + batches, "Lambda requests"),
        Line("time of `api_handler`", requests * seconds * memory("api_handler"), "Lambda arm64"),
        Line("time of the consumer", batches * stated.BATCH_SECONDS * memory("consume_normal"), "Lambda arm64"),
        Line("requests of the queue", sent, "SQS, standard"),
        Line("the same, as fair queues", sent, "SQS, fair queues"),
        Line("logs and embedded metrics", lines, "CloudWatch Logs"),
        Line("traces", requests * stated.TRACED_SHARE, "X-Ray"),
        Line(f"the store, for {commands:,.0f} commands", _hours(commands), "Atlas M30"),
    ]


def hourly_sync(counted: Counted) -> list[Line]:
    """A month of syncs that find next to nothing changed."""
    one = counted.next_sync
    runs = HOURS * SYNCS
    consumers = one.invocations["consume_normal"]
    seconds = (consumers - 1) * stated.PARENT_SECONDS + stated.SYNC_BATCH_SECONDS
    requests = runs * (_of(one, "sqs ") + 2 * consumers)
    commands = runs * (sync_commands(one) + 2 * seconds / stated.BEAT_SECONDS)
    logged = runs * (stated.SYNC_LOG_BYTES + stated.ACCESS_LOG_BYTES + (consumers + 1) * stated.PLATFORM_LOG_BYTES)
    return [
        Line("requests of the API, or of the schedule", runs, "API Gateway, REST"),
        Line("invocations", runs * (1 + consumers), "Lambda requests"),
        Line("time of `api_handler`", runs * stated.API_SECONDS * memory("api_handler"), "Lambda arm64"),
        Line("time of the consumers", runs * seconds * memory("consume_normal"), "Lambda arm64"),
        Line("requests of the queue", requests, "SQS, standard"),
        Line("the same, as fair queues", requests, "SQS, fair queues"),
        Line("credentials read", runs * _of(one, "ssm "), "Parameter Store"),
        Line("the same, decrypted", runs * _of(one, "ssm "), "KMS requests"),
        Line("logs and embedded metrics", logged, "CloudWatch Logs"),
        Line("traces", runs * stated.TRACED_SHARE, "X-Ray"),
        Line(f"the store, for {commands:,.0f} commands", _hours(commands), "Atlas M30"),
    ]


def sync_commands(one: Tally) -> float:
    """Of ten scopes of ASSETS_OF_SCOPE each: every page more than those that were counted is one call that is paced."""
    more_pages = ASSETS_OF_SCOPE // PAGE - -(-ASSETS // PAGE)
    return _commands(one) + SCOPES * more_pages


def standing(counted: Counted) -> list[Line]:
    """A month in which nobody asks for anything. The store is not in it: choose its tier."""
    polls = stated.MAPPINGS * stated.POLLERS * MINUTES * 60 / stated.POLL_SECONDS
    seen = counted.worked.metrics | counted.minute.metrics | counted.next_sync.metrics
    metrics = len(seen) + stated.TASK_TYPES * (len(COUNTER_NAMES) + 2)
    stage = load(STAGE)
    functions = counted.minute.invocations
    runs = MINUTES * sum(functions.values())
    seconds = MINUTES * stated.MINUTE_SECONDS * sum(memory(name) * times for name, times in functions.items())
    logged = MINUTES * stated.MINUTE_LOG_BYTES + runs * stated.PLATFORM_LOG_BYTES
    keys = stated.MAPPINGS * MINUTES * 60 / KEY_REUSE
    return [
        Line("idle queues, asked for messages", polls, "SQS, standard"),
        Line("`recover` and `schedule_syncs`, each minute", runs, "Lambda requests"),
        Line("their time", seconds, "Lambda arm64"),
        Line("their logs and metrics", logged, "CloudWatch Logs"),
        Line("their traces", runs * stated.TRACED_SHARE, "X-Ray"),
        Line("metrics, with one cloud and three task types", metrics, "CloudWatch metric"),
        Line("alarms", len(alarms.alarms(stage)), "CloudWatch alarm"),
        Line("dashboard", 1, "CloudWatch dashboard"),
        Line("key", 1, "KMS key"),
        Line("data keys of the queues", keys, "KMS requests"),
    ]


def _commands(tally: Tally) -> int:
    return sum(tally.store.values())


def _hours(commands: float) -> float:
    return commands / stated.STORE_COMMANDS_PER_SECOND / 3600


def _of(tally: Tally, service: str) -> int:
    return sum(times for name, times in tally.aws.items() if name.startswith(service))
