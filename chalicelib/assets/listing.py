"""One pass over a scope's pages: what it has seen, and how it is put aside and taken up again."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


def fingerprint(native_id: str) -> int:
    """64 bits of a native id: among a million ids, two are the same with a chance of one in thirty million."""
    return int.from_bytes(hashlib.blake2b(native_id.encode(), digest_size=8).digest(), "big")


@dataclass(slots=True)
class Listing:
    """``seen`` holds fingerprints, 8 bytes an asset in a checkpoint: a million assets fit in a document.

    ``token`` is where the next page begins; None at the beginning. ``announced`` is the total that the cloud gave.
    """

    token: str | None = None
    seen: set[int] = field(default_factory=set)
    duplicates: int = 0
    announced: int | None = None

    def see(self, native_id: str) -> bool:
        """False when it was seen before in this pass."""
        mark = fingerprint(native_id)
        if mark in self.seen:
            self.duplicates += 1
            return False
        self.seen.add(mark)
        return True

    def has(self, native_id: str) -> bool:
        return fingerprint(native_id) in self.seen

    def doubt(self) -> str:
        """Why the listing is not complete; empty when it is."""
        if self.duplicates:
            return f"{self.duplicates} ids were listed more than once"
        if self.announced is not None and self.announced != len(self.seen):
            return f"the cloud announced {self.announced} assets and listed {len(self.seen)}"
        return ""

    def to_document(self) -> dict[str, Any]:
        return {
            "token": self.token,
            "seen": array("Q", sorted(self.seen)).tobytes(),
            "duplicates": self.duplicates,
            "announced": self.announced,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Listing:
        seen = array("Q")
        seen.frombytes(document["seen"])
        return cls(document["token"], set(seen), document["duplicates"], document["announced"])
