"""Rows of ``infra.cost``: what is counted for a task and for a sync, and what it costs at the prices stated there."""

from __future__ import annotations

from bench.rows import Bound, Row
from infra.cost import bill
from infra.cost.embedded import counted
from infra.cost.page import MOST_REQUESTS
from infra.cost.workloads import BATCH

MEASURE = "cost"


def measure(*, small: bool = False) -> list[Row]:
    """The same in small: it takes seconds."""
    found = counted()
    commands = (sum(found.submitted.store.values()) + sum(found.worked.store.values())) / BATCH
    requests = sum(bill.queue_requests(found).values())
    of_sync = f"{bill.INVENTORY:,} assets, next to nothing changed"
    return [
        Row(MEASURE, "requests of SQS for a task", [requests], Bound(MOST_REQUESTS)),
        Row(MEASURE, "commands to the store for a task", [commands], note="submitted alone, run with nine others"),
        Row(MEASURE, "dollars of a million no-op tasks", [bill.total(bill.million_tasks(found))]),
        Row(MEASURE, "dollars a month of an hourly sync", [bill.total(bill.hourly_sync(found))], note=of_sync),
    ]
