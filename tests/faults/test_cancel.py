"""How long a cancelled parent and its children go on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from tests.faults.conftest import Say
from tests.faults.rig import Rig
from tests.support.conditions import eventually

ROUNDS = 5
CHILDREN = 200
BUSY = 20
"""As many as two workers run side by side."""
LIMIT_SECONDS = 2


def test_a_parent_of_two_hundred_and_its_children_stop_within_two_seconds(rig: Rig, say: Say) -> None:
    rounds = [_cancel_a_family(rig) for _ in range(ROUNDS)]
    children = sorted(it.last_child for it in rounds)
    say(
        f"{ROUNDS} rounds of {CHILDREN} children, {min(it.running for it in rounds)} or more of them running; "
        f"the last child stopped after {_list(children)} s, the parent after {_list(it.parent for it in rounds)} s"
    )
    assert children[-1] < LIMIT_SECONDS  # the 95th percentile of so few is the largest


@dataclass(frozen=True)
class Round:
    """Seconds from the call to the end, and how many children ran when it came."""

    running: int
    last_child: float
    parent: float


def _cancel_a_family(rig: Rig) -> Round:
    parent = rig.submit("family", children=CHILDREN, child_type="sleeper")
    family = {"parent_id": parent}
    eventually(lambda: _running(rig, family) >= BUSY, within=15)
    assert rig.tasks.count_documents(family) == CHILDREN
    running = _running(rig, family)
    called_at = datetime.now(UTC)
    assert httpx.post(f"{rig.api}/tasks/{parent}/cancel", trust_env=False, timeout=10).is_success
    eventually(rig.all_ended)
    assert rig.tasks.count_documents(family | {"status": "cancelled"}) == CHILDREN
    ended = rig.task(parent)
    assert ended.status == "cancelled"
    assert ended.completed_at
    last = max(child["completed_at"] for child in rig.tasks.find(family))
    return Round(running, (last - called_at).total_seconds(), (ended.completed_at - called_at).total_seconds())


def _running(rig: Rig, which: dict[str, str]) -> int:
    return rig.tasks.count_documents(which | {"status": "running"})


def _list(seconds: Iterable[float]) -> str:
    return ", ".join(f"{it:.2f}" for it in sorted(seconds))
