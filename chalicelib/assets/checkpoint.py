"""What an invocation leaves to the next one that goes on with its listing."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, NonNegativeInt, ValidationError

from chalicelib.assets.listing import Listing
from chalicelib.assets.result import COUNTS
from chalicelib.strict import Strict


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """``counts`` are those of a ``ScopeResult``."""

    listing: Listing
    counts: Mapping[str, Any]

    def to_document(self) -> dict[str, Any]:
        """In BSON types."""
        return {"listing": self.listing.to_document(), "counts": dict(self.counts)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self | None:
        """None for one that cannot be gone on from, of another release perhaps: the work then begins anew."""
        try:
            stored = _Document.model_validate(document, strict=True)
        except ValidationError:
            return None
        return cls(Listing.from_document(stored.listing.model_dump()), stored.counts)


def _whole_marks(seen: bytes) -> bytes:
    if len(seen) % array("Q").itemsize:
        raise ValueError("cut off")
    return seen


def _all_counts(counts: dict[str, int]) -> dict[str, int]:
    if counts.keys() != set(COUNTS):
        raise ValueError("other counts")
    return counts


class _Listing(Strict):
    """A listing is put aside between two pages only."""

    token: Annotated[str, Field(min_length=1)]
    seen: Annotated[bytes, AfterValidator(_whole_marks)]
    duplicates: NonNegativeInt
    announced: NonNegativeInt | None


class _Document(Strict):
    listing: _Listing
    counts: Annotated[dict[str, NonNegativeInt], AfterValidator(_all_counts)]
