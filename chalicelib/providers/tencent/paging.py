"""The ways tencent pages a listing: what to ask for a page, and how its answer leads to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.errors import CloudRejected
from chalicelib.providers.fields import values


class Paging(Protocol):
    """``token`` is what resumes a listing: None is its beginning, and nothing comes behind its end."""

    @property
    def size(self) -> int:
        """How many items a page holds at most."""
        ...

    def query(self, token: str | None) -> dict[str, Any]:
        """The parameters that ask for the page at ``token``. Raises CloudRejected for one that is none."""
        ...

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        """Where the page behind ``answer`` is, which held ``count`` items. Raises CloudRejected if it cannot tell."""
        ...

    def total(self, answer: Mapping[str, Any]) -> int | None:
        """The size of the whole listing, if the cloud says."""
        ...


@dataclass(frozen=True, slots=True)
class ByOffset:
    """Offset and Limit; the token is the offset, always a multiple of the size, as some products demand.

    ``total_path`` leads to the listing's size; ``as_text`` is for the products that take numbers as strings.

    Only the total says which page is the last: a short page does not, and nor does a full one that ends at the total,
    which may be too small. A page without any item ends the listing too, so that a total that is too large cannot keep
    it going; total and count then differ, and who compares them sees it.
    """

    size: int
    total_path: str = "TotalCount"
    as_text: bool = False

    def query(self, token: str | None) -> dict[str, Any]:
        kind = str if self.as_text else int
        return {"Offset": kind(_offset(token)), "Limit": kind(self.size)}

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        following = _offset(token) + self.size
        total = self.total(answer)
        last = not count or following > total or (following == total and count < self.size)
        return None if last else str(following)

    def total(self, answer: Mapping[str, Any]) -> int:
        return _total(answer, self.total_path)


@dataclass(frozen=True, slots=True)
class ByToken:
    """NextToken and MaxResults. ``total_path`` leads to the listing's size, where the TotalCount of such an answer is
    documented to be that.
    """

    size: int
    total_path: str = ""

    def query(self, token: str | None) -> dict[str, Any]:
        return {"MaxResults": self.size} | ({"NextToken": token} if token else {})

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        following = answer.get("NextToken") or None
        if following is not None and following == token:
            raise CloudRejected("the cloud answered a page whose NextToken leads to itself")
        return following

    def total(self, answer: Mapping[str, Any]) -> int | None:
        return _total(answer, self.total_path) if self.total_path else None


@dataclass(frozen=True, slots=True)
class ByMarker:
    """``max-keys`` and ``marker``, with which COS lists its buckets. It gives no total."""

    size: int

    def query(self, token: str | None) -> dict[str, Any]:
        return {"max-keys": self.size} | ({"marker": token} if token else {})

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        """An answer that does not say whether it is cut off is whole only if there was room for more."""
        cut_off = answer.get("IsTruncated")
        if cut_off not in ("true", "false") and (cut_off or count >= self.size):
            raise CloudRejected("the cloud answered a full page without saying whether it is the last")
        if cut_off != "true":
            return None
        following = answer.get("NextMarker") or None
        if following is None or following == token:
            raise CloudRejected("more is to follow, but the answer does not say where")
        return str(following)

    def total(self, answer: Mapping[str, Any]) -> int | None:
        return None


@dataclass(frozen=True, slots=True)
class Unpaged:
    """The whole listing in one answer, without a total. One that is ``nullable`` has null in place of an empty list."""

    size: int = 0
    nullable: bool = False

    def query(self, token: str | None) -> dict[str, Any]:
        return {}

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        return None

    def total(self, answer: Mapping[str, Any]) -> int | None:
        return None


def _total(answer: Mapping[str, Any], path: str) -> int:
    total = next(iter(values(answer, path)), None)
    if not isinstance(total, int):
        raise CloudRejected(f"the cloud answered a page without a {path}")
    return total


def _offset(token: str | None) -> int:
    if token is None:
        return 0
    if not token.isdecimal():
        raise CloudRejected("a listing can only be resumed at a number of items")
    return int(token)
