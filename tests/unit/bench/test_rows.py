"""The table of the benchmarks and its verdicts."""

from __future__ import annotations

import pytest

from bench.rows import Bound, Row, Verdict, table

AT_MOST, AT_LEAST = Bound(1.5), Bound(8, least=True)


@pytest.mark.parametrize(
    ("bound", "rounds", "verdict"),
    [
        (AT_MOST, [1.4, 1.5, 9.0], Verdict.MET),
        (AT_MOST, [1.5, 1.6, 1.7], Verdict.NOISE),
        (AT_MOST, [1.6, 1.7, 1.8], Verdict.MISSED),
        (AT_LEAST, [1.0, 8.0, 9.0], Verdict.MET),
        (AT_LEAST, [7.0, 7.9, 8.0], Verdict.NOISE),
        (AT_LEAST, [7.0, 7.5, 7.9], Verdict.MISSED),
        (None, [1.0], Verdict.NONE),
    ],
)
def test_a_bound_is_missed_only_when_no_round_of_the_run_kept_to_it(
    bound: Bound | None, rounds: list[float], verdict: Verdict
) -> None:
    assert Row("m", "w", rounds, bound).verdict is verdict


def test_the_table_shows_medians_spreads_bounds_and_verdicts() -> None:
    rows = [Row("peers", "rate", [7.0, 9.126, 1234.0], AT_LEAST, "noted"), Row("submit", "ms", [0.01234])]
    assert table(rows).splitlines()[2:] == [
        "| peers | rate (noted) | 9.13 | 7 – 1,234 | ≥ 8 | met |",
        "| submit | ms | 0.0123 |  | - | - |",
    ]
