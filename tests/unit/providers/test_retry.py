"""Tries of one call."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.errors import AccessDenied, CloudUnavailable, TaskCancelled, Throttled
from chalicelib.providers.retry import no_retries, with_retries


def failing(*errors: Exception) -> Callable[[], str]:
    left = list(errors)

    def call() -> str:
        if left:
            raise left.pop(0)
        return "answer"

    return call


def test_a_call_that_succeeds_is_not_repeated_and_does_not_wait() -> None:
    waits: list[float] = []
    assert with_retries(failing(), sleep=waits.append) == "answer"
    assert waits == []


def test_the_longest_possible_wait_doubles_up_to_the_cap() -> None:
    waits: list[float] = []
    call = failing(*[CloudUnavailable("down")] * 4)
    assert with_retries(call, sleep=waits.append, first=1, longest=3, jitter=lambda: 1.0) == "answer"
    assert waits == [1, 2, 3, 3]


def test_a_wait_is_any_part_of_the_longest_possible_one() -> None:
    waits: list[float] = []
    parts = iter((0.0, 0.25))
    with_retries(failing(*[CloudUnavailable("")] * 2), sleep=waits.append, first=1, jitter=lambda: next(parts))
    assert waits == [0, 0.5]


def test_the_wait_the_cloud_asks_for_is_kept_to_the_letter() -> None:
    waits: list[float] = []
    with_retries(failing(Throttled("", retry_after=7.5)), sleep=waits.append)
    assert waits == [7.5]


def test_a_wait_beyond_the_cap_is_left_to_the_caller() -> None:
    waits: list[float] = []
    with pytest.raises(Throttled) as caught:
        with_retries(failing(Throttled("", retry_after=61)), sleep=waits.append, longest=60)
    assert (caught.value.retry_after, waits) == (61, [])


def test_the_last_error_passes_when_the_tries_are_used_up() -> None:
    waits: list[float] = []
    errors = [CloudUnavailable(str(number)) for number in range(9)]
    with pytest.raises(CloudUnavailable, match="2"):
        with_retries(failing(*errors), sleep=waits.append, attempts=3)
    assert len(waits) == 2


def test_an_error_that_is_not_retryable_passes_at_once() -> None:
    waits: list[float] = []
    with pytest.raises(AccessDenied):
        with_retries(failing(AccessDenied("no")), sleep=waits.append)
    assert waits == []


def test_a_sleep_that_raises_ends_the_tries() -> None:
    def cancelled(_: float) -> None:
        raise TaskCancelled

    with pytest.raises(TaskCancelled):
        with_retries(failing(CloudUnavailable("")), sleep=cancelled)


def test_without_retries_the_error_of_the_first_try_is_the_outcome() -> None:
    call = failing(CloudUnavailable("first"), CloudUnavailable("second"))
    with pytest.raises(CloudUnavailable, match="first"):
        with_retries(call, sleep=no_retries)
    assert with_retries(failing(), sleep=no_retries) == "answer"
