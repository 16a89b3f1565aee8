"""How patiently AWS is called."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transport:
    """``attempts`` counts the first call too; between them the SDK backs off up to 20 seconds. Timeouts are seconds."""

    attempts: int = 4
    connect_timeout: float = 5
    read_timeout: float = 30
