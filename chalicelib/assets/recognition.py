"""Recognising that pages of a scope are as they were, without reading the assets that are stored of it.

A run that has compared a whole listing with what is stored, asset by asset, and leaves nothing missing knows that every
page of it is in the store. It leaves a mark of each page with the scope. As long as a later listing shows the same
pages, its assets are unchanged; at the first page that is not known, and when a known one is no longer listed, the run
reads what is stored and goes on asset by asset.

The marks hold for as long as nobody else writes: a run takes them away before it reads what is stored, hence before it
writes, and leaves new ones only if no other run began or ended to compare meanwhile. They are not trusted for long,
either: whatever else has changed the assets, a repair by hand say, is found out by the next comparison.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import orjson

MARK_BYTES = 16


def mark_of(contents: Sequence[Mapping[str, Any]]) -> bytes:
    """Of a page's assets in their order; the same for equal contents, whatever the order of the cloud's keys."""
    text = orjson.dumps(contents, option=orjson.OPT_SORT_KEYS)
    return hashlib.blake2b(text, digest_size=MARK_BYTES).digest()


@dataclass(frozen=True, slots=True)
class Known:
    """What one comparison left behind: ``marks`` of pages that were not listed again so far, and ``live``, the number
    of assets. ``token`` is of the run that compared.
    """

    token: str
    marks: Counter[bytes]
    live: int

    @classmethod
    def of(cls, token: str, marks: bytes, live: int) -> Self:
        pages = (marks[at : at + MARK_BYTES] for at in range(0, len(marks), MARK_BYTES))
        return cls(token, Counter(pages), live)

    def take(self, mark: bytes) -> bool:
        """Whether a page is known; every known one counts once."""
        if not self.marks[mark]:
            return False
        self.marks[mark] -= 1
        return True

    def missed(self) -> bool:
        """Whether a page was not listed again."""
        return any(self.marks.values())


class Compared(NamedTuple):
    """That a run has compared; ``marks`` of all pages where these are what is stored now."""

    token: str
    marks: Sequence[bytes] | None
