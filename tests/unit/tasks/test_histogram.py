"""Sums of durations: counts and means are exact in whatever order they are added up, quantiles are near."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tasks.histogram import Histogram

durations = st.lists(st.integers(min_value=0, max_value=86_400_000).map(lambda ms: ms / 1000), min_size=1, max_size=60)


def histogram(values: list[float]) -> Histogram:
    made = Histogram()
    for value in values:
        made.add(value)
    return made


@given(durations, st.sampled_from([0.5, 0.95, 0.99, 1.0]))
def test_a_quantile_is_within_four_and_a_half_percent_of_the_true_one(values: list[float], share: float) -> None:
    true = sorted(values)[max(1, math.ceil(share * len(values))) - 1]
    told = histogram(values).quantile(share)
    assert told is not None
    assert abs(told - true) <= 0.045 * true


@given(durations, st.integers(min_value=0, max_value=59))
def test_parts_add_up_to_the_whole_also_by_way_of_the_store(values: list[float], cut: int) -> None:
    whole, part = histogram(values), histogram(values[:cut])
    part.merge(Histogram.from_document(histogram(values[cut:]).to_document()))
    assert part == whole
    assert whole.mean == sum(round(value * 1000) for value in values) / 1000 / len(values)


@given(durations, st.integers(min_value=-6, max_value=14))
def test_how_many_did_not_exceed_a_power_of_two_is_exact(values: list[float], doublings: int) -> None:
    assert histogram(values).at_most(doublings) == sum(value <= 2.0**doublings for value in values)


@given(durations, st.integers(min_value=1, max_value=70))
def test_a_sample_has_the_quantiles_of_all_and_no_more_values_than_asked_for(values: list[float], most: int) -> None:
    found = histogram(values)
    sample = found.sample(most)
    assert len(sample) == min(len(values), most)
    if most >= len(values):
        assert histogram(sample).quantile(0.5) == found.quantile(0.5)


def test_nothing_has_no_mean_and_no_quantile() -> None:
    assert (Histogram().mean, Histogram().quantile(0.5), Histogram().sample(9)) == (None, None, [])
