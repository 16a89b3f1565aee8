"""No fault of a cloud costs an asset that lives in it: through the real SDKs and over HTTP into the real store.

Each fault comes twice in a row, as an asset goes at its second miss. What a last page lacks is less than a complete
listing may lose without being held.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.integration.deletions.clouds import PAGES, Account
from tests.integration.deletions.conftest import Table
from tests.integration.deletions.inventory import Inventory, Killed, killed_at

WRITES = PAGES + 2
"""Each page may write, then what is missing is marked, then the scope's own entry is written."""

Faults = Callable[[Inventory], Sequence[dict[str, Any]]]
ORDERED: dict[str, Faults] = {
    "error on a page": lambda _: [{"kind": "unavailable", "page": page} for page in (1, 2, 3)],
    "error of the gateway on a page": lambda _: [{"kind": "gateway_error", "page": page} for page in (1, 2, 3)],
    "connection lost on a page": lambda _: [{"kind": "dropped", "page": page} for page in (1, 2, 3)],
    "empty list": lambda _: [{"kind": "empty"}],
    "empty page": lambda _: [{"kind": "empty", "page": page} for page in (1, 2, 3)],
    "duplicate page": lambda _: [{"kind": "duplicate_page", "page": page} for page in (2, 3)],
    "wrong total": lambda inventory: [
        {"kind": "wrong_total", "value": value} for value in (0, len(inventory.there) - 1, len(inventory.there) + 1)
    ],
    "total that ends with a page": lambda inventory: [{"kind": "wrong_total", "value": 2 * inventory.page_size}],
    "denied region": lambda inventory: [
        {"kind": "denied", "region": inventory.scope.region},
        {"kind": "denied", "region": inventory.scope.region, "page": 3},
    ],
    "truncated answer": lambda _: [{"kind": "truncated", "page": page} for page in (1, 2, 3)],
    "throttled out": lambda _: [{"kind": "throttled"}, {"kind": "throttled", "page": 3}],
}


@pytest.mark.parametrize("fault", ORDERED)
def test_a_fault_twice_in_a_row_costs_no_asset(
    inventory: Inventory, cloud: tuple[str, Account], fault: str, table: Table
) -> None:
    if "total" in fault and not inventory.totals:
        table.impossible.setdefault("wrong total, as the API gives none", set()).add(_named(inventory))
        return
    lost = 0
    for order in ORDERED[fault](inventory):
        inventory.sync_well()
        with inventory.account.faults.ordered(**order):
            verdicts = [inventory.sync() for _ in range(2)]
        table.add(fault, cloud[0], lost=inventory.lost(), verdicts=verdicts)
        lost += inventory.lost()
        assert "complete" not in verdicts, f"{order} was not noticed"
    assert lost == 0


@pytest.mark.parametrize("good_pages", [0, 1, 2])
def test_revoked_keys_cost_no_asset(
    inventory: Inventory, cloud: tuple[str, Account], good_pages: int, table: Table
) -> None:
    inventory.sync_well()
    verdicts = [inventory.sync(inventory.good_and_then_revoked(good_pages)) for _ in range(2)]
    table.add("revoked keys", cloud[0], lost=inventory.lost(), verdicts=verdicts)
    assert verdicts == ["incomplete", "incomplete"]
    assert inventory.lost() == 0


@pytest.mark.parametrize("same_task", [True, False], ids=["taken over", "another task"])
def test_a_worker_killed_between_any_two_writes_costs_no_asset(
    inventory: Inventory, cloud: tuple[str, Account], same_task: bool, table: Table
) -> None:
    """With assets that really go meanwhile, so that there is something to write at the end."""
    for step in range(1, WRITES + 1):
        assert inventory.sync(inventory.with_ghosts()) == "complete"
        task_id = f"{step} {same_task}"
        with pytest.raises(Killed):
            inventory.sync(task_id=task_id, check=killed_at(step))
        assert inventory.live() >= inventory.there
        successor = task_id if same_task else f"{task_id}, another"
        verdicts = ["killed", inventory.sync(task_id=successor, first_run=not same_task)]
        table.add("killed worker", cloud[0], lost=inventory.lost(), verdicts=verdicts)
        assert inventory.lost() == 0


@pytest.mark.parametrize("size", [1, 2, 3])
def test_an_empty_list_is_held_in_a_scope_of_a_few_assets_too(
    inventory: Inventory, cloud: tuple[str, Account], size: int, table: Table
) -> None:
    scope = replace(inventory.scope, account_id=100 + size)
    assert inventory.sync(inventory.first(size), scope=scope) == "complete"
    with inventory.account.faults.ordered("empty"):
        verdicts = [inventory.sync(scope=scope) for _ in range(2)]
    kept = inventory.live(scope)
    table.add("empty list, 1 to 3 assets", cloud[0], lost=size - len(kept), verdicts=verdicts)
    assert verdicts == ["held", "held"]
    assert len(kept) == size


def _named(inventory: Inventory) -> str:
    return f"{inventory.scope.provider} {inventory.scope.type}"
