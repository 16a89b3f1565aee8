"""Words of a cloud, fit to be shown: without secrets, and short enough to read."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

HIDDEN = "***"
LONGEST = 300


def redacted(text: str, secrets: Iterable[str], *, shape: re.Pattern[str] | None = None) -> str:
    """``text`` without the ``secrets``, however they are percent-encoded, and then without what looks like one.

    The longest comes first: a secret may be part of another one, or look like one in part, and what is left of a
    secret is still secret.
    """
    spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
    if spellings:
        known = "|".join(re.escape(spelling) for spelling in sorted(spellings, key=len, reverse=True))
        text = re.sub(known, HIDDEN, text)
    if shape is not None:
        text = shape.sub(HIDDEN, text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _spellings(secret: str) -> tuple[str, ...]:
    """As it is, and as it stands in a query, in a signed request, and in a query that is quoted by a signed request."""
    once = quote(secret, safe="~")
    return secret, quote(secret), quote(secret, safe=""), once, quote(once, safe="~")
