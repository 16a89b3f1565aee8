"""What a check is, and what it found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Subject = TypeVar("Subject")


@dataclass(frozen=True)
class Check(Generic[Subject]):
    """``find`` answers what is wrong, a line each; ``advice`` is what to do about it."""

    name: str
    advice: str
    find: Callable[[Subject], Sequence[str]]


@dataclass(frozen=True)
class Finding:
    """No ``wrong`` is well."""

    check: str
    wrong: tuple[str, ...]
    advice: str


def examine(subject: Subject, checks: Sequence[Check[Subject]]) -> list[Finding]:
    return [Finding(check.name, tuple(check.find(subject)), check.advice) for check in checks]
