"""What the service costs is computed from what its code asks for, and the page says what is computed."""

from __future__ import annotations

from typing import Any

import bson
import pytest
from pymongo.database import Database

from bench.scale.inputs import TASK_BYTES, Counts
from chalicelib.settings import Settings
from infra.cost import bill
from infra.cost import prices as stated
from infra.cost.bill import Line, queue_requests, total
from infra.cost.counting import Tally
from infra.cost.page import COMMAND, MOST_REQUESTS, PAGE, document
from infra.cost.workloads import BATCH, SCOPES, Counted, count

NEAR = 0.15
"""Of a length that is not always the same: numbers have not always as many digits."""


@pytest.fixture
def counted(settings: Settings) -> Counted:
    return count(settings)


def test_what_the_page_and_the_simulation_say_is_what_was_counted_and_a_task_takes_few_requests_of_the_queue(
    counted: Counted, database: Database[dict[str, Any]]
) -> None:
    assert PAGE.read_text(encoding="utf-8") == document(counted), f"docs/cost.md is out of date: run `{COMMAND}`"
    assert sum(queue_requests(counted).values()) <= MOST_REQUESTS
    logged = {
        stated.SUBMIT_LOG_BYTES: counted.submitted.log_bytes / BATCH,
        stated.BATCH_REQUEST_LOG_BYTES: counted.batch.log_bytes,
        stated.WORK_LOG_BYTES: counted.worked.log_bytes / BATCH,
        stated.BATCH_FIGURES_BYTES: counted.worked.emf_bytes,
        stated.SYNC_LOG_BYTES: counted.next_sync.log_bytes + counted.next_sync.emf_bytes,
        stated.MINUTE_LOG_BYTES: counted.minute.log_bytes + counted.minute.emf_bytes,
    }
    assert list(logged.values()) == pytest.approx(list(logged), rel=NEAR)
    check_inputs_of_the_simulation(counted, database)


def check_inputs_of_the_simulation(counted: Counted, database: Database[dict[str, Any]]) -> None:
    commands = counted.next_sync.store
    of_scopes = commands.total() - commands["pacing"] - commands["audit"]
    assert Counts().commands_of_scope == pytest.approx(of_scopes / SCOPES)
    ended = list(database["tasks"].find({"parent_id": {"$gt": ""}}))
    assert len(ended) == 2 * SCOPES
    heaviest = max(len(bson.encode(document)) for document in ended)
    assert TASK_BYTES / 2 < heaviest <= TASK_BYTES


def test_a_bill_is_quantities_times_prices() -> None:
    lines = [Line("requests", 2_500_000, "SQS, standard"), Line("keys", 1, "KMS key")]
    assert [line.dollars for line in lines] == pytest.approx([1.0, 1.0])
    assert total(lines) == pytest.approx(2.0)


def test_memory_is_that_of_the_stage() -> None:
    assert bill.memory("api_handler") == pytest.approx(1769 / 1024)
    assert bill.memory("recover") == pytest.approx(0.5)


def test_longer_listings_cost_a_command_for_each_page_more() -> None:
    one = Tally()
    one.store.update({"pacing": 20, "tasks": 5})
    assert bill.sync_commands(one) == 25 + 10 * 8
