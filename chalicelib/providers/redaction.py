"""Words of a cloud, fit to be shown: without secrets, and short enough to read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chalicelib.hiding import HIDDEN, hidden

LONGEST = 300


def redacted(text: str, secrets: Iterable[str], *, shape: re.Pattern[str] | None = None) -> str:
    """``text`` without the ``secrets``, and then without what looks like one: what is left of a secret is secret."""
    text = hidden(text, secrets)
    if shape is not None:
        text = shape.sub(HIDDEN, text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"
