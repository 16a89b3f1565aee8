"""A worker that is killed before and after each call to the store and the queue in the life of a task."""

from __future__ import annotations

import itertools
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from tests.faults.conftest import Say
from tests.faults.crashes.conftest import Place
from tests.faults.crashes.driver import ENDS, Host, wait_for_the_end, wrongs

MOST_CALLS = 200


@dataclass
class Tally:
    scene: str
    after: bool
    crashes: int = 0
    wrong: list[str] = field(default_factory=list)


def test_a_task_reaches_its_right_end_wherever_its_worker_is_killed(lives: Host, place: Place, say: Say) -> None:
    tallies = [Tally(scene, after) for scene in ENDS for after in (False, True)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda tally: _crash_everywhere(lives, place, tally), tallies))
    for tally in tallies:
        when = "after" if tally.after else "before"
        say(f"{tally.scene:10} killed {when:6} each of {tally.crashes:2} calls, {len(tally.wrong)} wrong ends")
    assert [tally.wrong for tally in tallies if tally.wrong] == []
    assert all(tally.crashes >= 8 for tally in tallies), "a life has at least this many calls"


def _crash_everywhere(lives: Host, place: Place, tally: Tally) -> None:
    database, template = place(f"{tally.scene}_{tally.after}")
    for at in itertools.count(1):
        assert at < MOST_CALLS, "a life does not come to its end"
        key = f"call-{at}"
        status = lives.run(replace(template, key=key, at=at, after=tally.after))
        if status == -signal.SIGKILL:
            tally.crashes += 1
            status = lives.run(replace(template, key=key))
        wait_for_the_end(database, key)
        found = wrongs(database, tally.scene, key) + ([f"status {status}"] if status else [])
        tally.wrong += [f"call {at}: {wrong}" for wrong in found]
        if tally.crashes < at:
            return
