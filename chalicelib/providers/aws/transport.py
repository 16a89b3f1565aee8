"""How patiently AWS is called."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.providers.retry import ATTEMPTS


@dataclass(frozen=True, slots=True)
class Transport:
    """``attempts`` counts the first try too: each is a call of its own, paced like any, and the SDK repeats none by
    itself. Timeouts are seconds.
    """

    attempts: int = ATTEMPTS
    connect_timeout: float = 5
    read_timeout: float = 30
