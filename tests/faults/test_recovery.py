"""How long it takes until somebody takes over."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime

from chalicelib.tasks.model import DEFAULT_TENANT, TaskStatus
from tests.faults.conftest import Say
from tests.faults.rig import Job, Rig, starts
from tests.support.conditions import eventually

ROUNDS = 3
LIMIT_SECONDS = 15
NEIGHBOURS = 9


def test_a_task_whose_worker_is_killed_goes_on_within_fifteen_seconds(rig: Rig, say: Say) -> None:
    took = [lose_a_worker(rig, within=LIMIT_SECONDS) for _ in range(ROUNDS)]
    eventually(rig.all_ended)
    say(f"{ROUNDS} workers killed -9; taken over after {', '.join(f'{seconds:.1f}' for seconds in took)} s")
    assert max(took) < LIMIT_SECONDS


def test_a_task_that_kills_its_workers_fails_and_takes_no_other_along(rig: Rig, say: Say) -> None:
    shared = {"max_retry": 3}
    neighbours = [Job("plain", shared | {"number": number, "seconds": 1}) for number in range(NEIGHBOURS)]
    poison, *others = rig.submit_batch([Job("poison", shared | {"seconds": 0.3}), *neighbours])
    rig.wait_until_ended([poison, *others])
    harmed = sum(rig.task(task_id).retries > 0 for task_id in others)
    say(
        f"a task killed {rig.task(poison).retries} workers; {harmed} of {NEIGHBOURS} others were lost with it, all done"
    )
    assert "workers were lost" in rig.task(poison).error
    assert {rig.task(task_id).status for task_id in others} == {TaskStatus.COMPLETED}


def lose_a_worker(rig: Rig, *, within: float) -> float:
    """Answers how many seconds after the kill the task was started again."""
    task_id = rig.submit("sleeper")
    eventually(lambda: rig.has_run(task_id))
    killed_at = datetime.now(UTC)
    os.kill(rig.worker_of(task_id), signal.SIGKILL)
    again = eventually(lambda: starts(rig.task(task_id))[1:], within=within)
    rig.container.tasks.cancel(DEFAULT_TENANT, task_id)
    return (again[0][0] - killed_at).total_seconds()
