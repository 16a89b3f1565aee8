"""A mixture of good and hostile requests at a steady rate, on the one-machine stack. How long answers take is for
``python -m bench.hostility``.
"""

from __future__ import annotations

from pathlib import Path

from bench.hostility import INSTANCES, measured, prepared, shown
from infra.local.stack import Stack
from tests.support.stack import stack_config

RATE = 50
SECONDS = 16


def test_every_request_of_a_mixture_is_answered_and_none_with_a_5xx(tmp_path: Path) -> None:
    with Stack(stack_config(tmp_path, instances=INSTANCES)) as stack:
        good = prepared(stack.url)
        seen = measured(stack, good, rate=RATE, seconds=SECONDS, hostile=True)
    print("", shown("with hostile", seen), sep="\n")
    assert seen.failures == 0
    assert sum(seen.answers.values()) == RATE * SECONDS
    assert {status for kind, status in seen.answers if kind == "good"} == {200, 202}
    assert {kind for kind, _ in seen.answers} == {"good", "hostile"}
