"""Two hundred requests a second for a minute on the one-machine stack, one in ten of them hostile, and the good ones
alone for comparison. How long answers took is printed and not judged: other work on the machine decides about that.
"""

from __future__ import annotations

from pathlib import Path

from bench.hostility import HOSTILE_SHARE, INSTANCES, compared, shown
from infra.local.stack import Stack
from tests.support.stack import stack_config

RATE = 200
SECONDS = 60


def test_every_request_of_a_mixture_is_answered_and_none_with_a_5xx(tmp_path: Path) -> None:
    with Stack(stack_config(tmp_path, instances=INSTANCES)) as stack:
        both = compared(stack, rate=RATE, seconds=SECONDS)
    print("", *(shown(name, seen) for name, seen in both.items()), sep="\n")
    alone, beside = both.values()
    assert alone.failures == beside.failures == 0
    assert alone.answers.total() == int((1 - HOSTILE_SHARE) * RATE * SECONDS)
    assert beside.answers.total() == RATE * SECONDS
    for seen in (alone, beside):
        assert {status for kind, status in seen.answers if kind == "good"} == {200, 202}
    hostile = sum(count for (kind, _), count in beside.answers.items() if kind == "hostile")
    assert 0.08 < hostile / beside.answers.total() < 0.12
