"""A thousand tasks and their children while workers die, messages come twice and overtake each other."""

from __future__ import annotations

import time

from tests.faults.census import faults_in, mixed, summary
from tests.faults.conftest import Say
from tests.faults.container import DUPLICATES
from tests.faults.rig import LOOK_AGAIN, Rig
from tests.support.conditions import eventually

STACK = {"product": {DUPLICATES: "0.2"}}
LIMIT_SECONDS = 180


def test_nothing_is_lost_stuck_or_wrong_when_a_worker_dies_every_second(rig: Rig, say: Say) -> None:
    jobs = mixed(plain=700, failing=100, flaky=150, families=50, children=20, seconds=0.2)
    begun = time.monotonic()
    with rig.killing_workers() as killed:
        submitted = dict(zip(rig.submit_all(jobs), jobs, strict=True))
        assert len(submitted) == 1000
        eventually(rig.all_ended, within=LIMIT_SECONDS, every=LOOK_AGAIN)
    took = time.monotonic() - begun
    sent = rig.container.database["sent"]
    twice = sent.count_documents({"times": 2})
    faults = faults_in(rig, submitted)
    say(
        f"{rig.tasks.count_documents({})} tasks in {took:.0f} s; {len(killed)} workers killed, "
        f"{sent.count_documents({})} messages, {twice} of them twice; {summary(rig)}; {len(faults)} faults"
    )
    assert not faults
    assert len(killed) >= 10
