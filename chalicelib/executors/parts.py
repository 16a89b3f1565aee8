"""What a result tells of the parts of the work, so much that a task can be stored and answered."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

MOST_DETAILS = 512 * 1024
MOST_ERRORS = 256 * 1024
"""Bytes of JSON; a Lambda function can answer with 6 MB."""
Part = Mapping[str, Any]


def told(
    details: Sequence[Part], errors: Sequence[Part], *, first: Callable[[Part], bool] = lambda detail: False
) -> dict[str, Any]:
    """The fields ``errors`` and ``details`` of a result. Where there is no room for all, ``errors_omitted`` and
    ``details_omitted`` count those left out; details that are ``first`` are left out last.
    """
    ordered = sorted(range(len(details)), key=lambda at: not first(details[at]))
    shown = {
        "errors": _within(MOST_ERRORS, errors, range(len(errors))),
        "details": _within(MOST_DETAILS, details, ordered),
    }
    omitted = {
        "errors_omitted": len(errors) - len(shown["errors"]),
        "details_omitted": len(details) - len(shown["details"]),
    }
    return shown | {name: count for name, count in omitted.items() if count}


def _within(most: int, parts: Sequence[Part], order: Sequence[int]) -> list[dict[str, Any]]:
    """Those that fit, taken in ``order`` and shown in their own."""
    kept: list[int] = []
    for at in order:
        most -= len(json.dumps(parts[at], ensure_ascii=False, separators=(",", ":"), default=str).encode()) + 1
        if most < 0:
            break
        kept.append(at)
    return [dict(parts[at]) for at in sorted(kept)]
