"""Another try for a call that failed in passing: exponential back-off with full jitter."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TypeVar

from chalicelib.errors import RetryableError

Result = TypeVar("Result")

ATTEMPTS = 5
FIRST_WAIT_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 60.0


class NoMoreTries(Exception):
    """Raised by a ``sleep``: the error that it would have waited behind is the outcome."""


def no_retries(seconds: float) -> None:
    """A ``sleep`` for who wants to know of the first try only."""
    raise NoMoreTries


def with_retries(
    call: Callable[[], Result],
    *,
    sleep: Callable[[float], None],
    attempts: int = ATTEMPTS,
    first: float = FIRST_WAIT_SECONDS,
    longest: float = LONGEST_WAIT_SECONDS,
    jitter: Callable[[], float] = random.random,
) -> Result:
    """Call until it succeeds, at most ``attempts`` times. Errors that are not retryable pass at once.

    A wait that the cloud asked for is kept to the letter; one above ``longest`` is left to the caller, who finds it as
    the error's ``retry_after``. Otherwise the n-th wait is a random part (``jitter``, 0 to 1) of ``first`` × 2ⁿ⁻¹.
    ``sleep`` may raise to end the tries, as for a cancelled task; with NoMoreTries the last error is raised.
    """
    for attempt in range(1, attempts):
        try:
            return call()
        except RetryableError as error:
            failure = error
            wait = error.retry_after
            if wait is None:
                wait = jitter() * min(longest, first * 2 ** (attempt - 1))
            elif wait > longest:
                raise
        try:
            sleep(wait)
        except NoMoreTries:
            raise failure from None
    return call()
