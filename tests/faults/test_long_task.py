"""A task of a minute in invocations of five seconds."""

from __future__ import annotations

import time

from tests.faults.conftest import Say
from tests.faults.probes import uninterrupted
from tests.faults.rig import Rig
from tests.support.conditions import eventually

STACK = {"function_timeout": 5}
PAGES = 120
PAGE_SECONDS = 0.5
LIMIT_SECONDS = 90


def test_a_minute_of_work_is_done_in_five_second_invocations(rig: Rig, say: Say) -> None:
    begun = time.monotonic()
    task_id = rig.submit("long", pages=PAGES, seconds=PAGE_SECONDS)
    seen: list[int] = []

    def watched_to_its_end() -> bool:
        task = rig.task(task_id)
        seen.append(task.progress)
        return task.status.ended

    eventually(watched_to_its_end, within=LIMIT_SECONDS, every=0.1)
    took = time.monotonic() - begun
    task = rig.task(task_id)
    runs = rig.effects.count_documents({"task_id": task_id})
    say(
        f"{PAGES * PAGE_SECONDS:.0f} s of work in {took:.1f} s, {runs} invocations, {task.hops} continuations, "
        f"{task.retry_count} retries; progress seen {len(seen)} times, {len(set(seen))} values, never going back"
    )
    assert task.status == "completed"
    assert task.result == uninterrupted(PAGES)
    assert seen == sorted(seen)
    assert task.retry_count == 0
    assert runs == task.hops + 1 >= PAGES * PAGE_SECONDS / STACK["function_timeout"]
