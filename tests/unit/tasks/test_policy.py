"""Waiting times: bounded, jittered, and never shorter than what the other side asked for."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tasks.policy import Policy

retries = st.integers(min_value=0, max_value=10_000)
shares = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(retries, shares)
def test_a_back_off_is_jittered_below_a_doubling_ceiling(number: int, share: float) -> None:
    policy = Policy(random=lambda: share)
    ceiling = min(policy.longest_backoff, policy.first_backoff * float(2 ** min(number, 20)))
    assert timedelta() <= policy.backoff(number) <= ceiling
    assert policy.backoff(number) == ceiling * share


@given(retries, shares, st.floats(min_value=0, max_value=100_000))
def test_a_wait_that_was_asked_for_is_honoured_also_beyond_the_longest(number: int, share: float, asked: float) -> None:
    assert Policy(random=lambda: share).backoff(number, asked) >= timedelta(seconds=asked)


@given(retries)
def test_resends_come_at_doubling_intervals_that_stay_bounded(number: int) -> None:
    policy = Policy()
    assert policy.resend_after(0) == 2 * policy.patience
    assert policy.resend_after(number) in (policy.resend_after(number + 1), policy.resend_after(number + 1) / 2)
    assert policy.resend_after(number) <= policy.resend_after(10_000)
