"""How long it takes until somebody takes over, with the settings of a deployed stage."""

from __future__ import annotations

from chalicelib.settings import Settings
from tests.faults.conftest import Say
from tests.faults.rig import Rig

TIMES = ("lease_seconds", "beat_seconds", "patience_seconds", "recheck_seconds", "first_backoff_seconds")
STACK = {
    "recover_seconds": 60,  # as its schedule
    "product": {f"CAM_{name.upper()}": str(Settings.model_fields[name].default) for name in TIMES},
}
LIMIT_SECONDS = 120


def test_as_deployed_a_task_whose_worker_is_killed_goes_on_within_two_minutes(rig: Rig, say: Say) -> None:
    took = rig.lose_a_worker(within=LIMIT_SECONDS)
    say(f"a worker killed -9; taken over after {took:.1f} s")
    assert took < LIMIT_SECONDS
