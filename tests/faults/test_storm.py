"""A thousand tasks and their children while workers die, messages come twice and overtake each other."""

from __future__ import annotations

import time

from tests.faults.census import faults_in, mixed, summary
from tests.faults.conftest import Say
from tests.faults.container import DUPLICATES
from tests.faults.rig import Rig

STACK = {"product": {DUPLICATES: "0.2"}}


def test_nothing_is_lost_stuck_or_wrong_when_a_worker_dies_every_second(rig: Rig, say: Say) -> None:
    jobs = mixed(plain=700, failing=100, flaky=150, families=50, children=20, seconds=0.1)
    begun = time.monotonic()
    with rig.killing_workers() as killed:
        submitted = dict(zip(rig.submit_all(jobs), jobs, strict=True))
        assert len(submitted) == 1000
        rig.wait_until_ended(submitted)
    took = time.monotonic() - begun
    ends = sorted(task["completed_at"] for task in rig.tasks.find({}, {"completed_at": 1}))
    most = (ends[len(ends) * 95 // 100] - ends[0]).total_seconds()
    sent = rig.watched["sent"]
    twice = sent.count_documents({"times": 2})
    faults = faults_in(rig, submitted)
    messages = f"{sent.count_documents({})} messages, {twice} of them twice"
    say(
        f"{rig.tasks.count_documents({})} tasks in {took:.0f} s, 95 % of them in {most:.0f} s; "
        f"{len(killed)} workers killed, {messages}; {summary(rig)}; {len(faults)} faults"
    )
    assert not faults
    assert len(killed) >= 10
