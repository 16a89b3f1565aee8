"""How much of an invocation is left for ending in good order."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.tasks.context import Deadline
from tests.support.clock import EVER


@pytest.mark.parametrize(
    ("seconds", "to_end_a_page", "to_settle"),
    [(900, 30, 10), (60, 12, 5), (30, 6, 2.5), (5, 2, 1), (2, 1, 0.5)],
)
def test_short_invocations_leave_time_to_settle_and_long_ones_waste_none(
    seconds: float, to_end_a_page: float, to_settle: float
) -> None:
    end = EVER + timedelta(seconds=seconds)
    deadline = Deadline.of(EVER, end - EVER)
    left = end - deadline.soft, end - deadline.hard
    assert left == (timedelta(seconds=to_end_a_page), timedelta(seconds=to_settle))
