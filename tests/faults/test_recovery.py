"""How long it takes until somebody takes over."""

from __future__ import annotations

from chalicelib.tasks.model import TaskStatus
from tests.faults.conftest import Say
from tests.faults.rig import Job, Rig
from tests.support.conditions import eventually

ROUNDS = 3
LIMIT_SECONDS = 15
NEIGHBOURS = 9


def test_a_task_whose_worker_is_killed_goes_on_within_fifteen_seconds(rig: Rig, say: Say) -> None:
    took = [rig.lose_a_worker(within=LIMIT_SECONDS) for _ in range(ROUNDS)]
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
