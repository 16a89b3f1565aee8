"""The bounds that pipelines hold small runs against."""

from __future__ import annotations

from bench.recorded import RECORDED, against_recorded, not_measured
from bench.rows import Bound, Row, Verdict


def test_a_row_is_held_against_what_small_runs_have_reached_and_not_against_the_goal() -> None:
    goal = Bound(1000, least=True)
    (measure, what), recorded = next((key, bound) for key, bound in RECORDED.items() if bound.least)
    kept = Row(measure, what, [recorded.limit], goal)
    worse = Row(measure, what, [recorded.limit * 0.9], goal)
    other = Row("other", what, [1.0], goal)
    assert [row.verdict for row in against_recorded([kept, worse, other])] == [
        Verdict.MET,
        Verdict.MISSED,
        Verdict.NONE,
    ]


def test_a_bound_whose_row_is_gone_is_told() -> None:
    names = [key for key in RECORDED if key[0] == "overhead"]
    rows = [Row(measure, what, [1.0]) for measure, what in names]
    assert not_measured(rows) == []
    assert not_measured(rows[1:]) == [": ".join(names[0])]
