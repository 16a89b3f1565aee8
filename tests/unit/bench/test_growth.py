"""The tasks that growth is measured on."""

from __future__ import annotations

from collections import Counter

import pytest

from bench.growth import FAILED, FEW, KEPT, OPEN, PAGE, p99, tasks
from chalicelib.clock import utc_now
from chalicelib.tasks.model import TaskStatus


@pytest.mark.parametrize("count", [FEW, 3 * FEW])
def test_both_databases_have_as_many_open_and_as_many_failed_tasks_and_more_of_these_than_a_page_shows(
    count: int,
) -> None:
    now = utc_now()
    made = list(tasks(count, now))
    found = Counter(task.status for task in made)
    assert (len(made), found[TaskStatus.PENDING]) == (count, OPEN)
    assert found[TaskStatus.FAILED] == FAILED > PAGE
    assert [task.id for task in made] == sorted(task.id for task in made)
    assert (made[0].created_at, made[-1].created_at) == (now - KEPT, now - KEPT / count)


def test_of_a_few_calls_the_slowest_make_the_99th_percentile() -> None:
    assert p99([1.0] * 9 + [2.0]) == pytest.approx(1.91)
