"""Which time of a start is judged."""

from __future__ import annotations

import pytest

from bench.cold_start import BARE_FUNCTION, BOUNDS, Starts, judge


@pytest.mark.parametrize(("clock", "held"), [([1.0, 1.4, 9.0], True), ([1.6, 2.0, 1.8], False)])
def test_a_start_is_judged_by_the_median_of_the_clock(clock: list[float], held: bool) -> None:
    bare = Starts([1.0, 1.0, 5.0], [1.0] * 3, [50.0] * 3)
    found = dict.fromkeys(BOUNDS, Starts([1.0] * 3, [9.0] * 3, [60.0] * 3))
    assert judge(found | {BARE_FUNCTION.name: bare, "APIHandler": Starts(clock, [0.5] * 3, [60.0] * 3)}) is held
