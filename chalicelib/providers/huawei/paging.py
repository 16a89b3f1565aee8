"""The ways huawei pages a listing: what to ask for a page, and how its answer leads to the next.

Where no answer says which page is the last, a page without any item is: a short one is not. Nor is a full one that
ends at the total, which may be too small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.errors import CloudRejected
from chalicelib.providers.fields import values


class Paging(Protocol):
    """``token`` is what resumes a listing: None is its beginning, and nothing comes behind its end."""

    @property
    def size(self) -> int: ...

    def query(self, token: str | None) -> dict[str, str]:
        """The parameters that ask for the page at ``token``."""
        ...

    def next_token(self, token: str | None, answer: Mapping[str, Any], ids: Sequence[str]) -> str | None:
        """Where the page behind ``answer`` is, which held ``ids``. Raises CloudRejected if it cannot tell."""
        ...

    def total_in(self, answer: Mapping[str, Any]) -> int | None:
        """The size of the whole listing, if the cloud says."""
        ...


@dataclass(frozen=True, slots=True)
class ByPageInfo:
    """limit and marker; the answer's page_info has a next_marker unless it is the last page."""

    size: int

    def query(self, token: str | None) -> dict[str, str]:
        return _marked(self.size, token)

    def next_token(self, token: str | None, answer: Mapping[str, Any], ids: Sequence[str]) -> str | None:
        info = answer.get("page_info")
        if not isinstance(info, Mapping):
            if ids:
                raise CloudRejected("the cloud answered a page without a page_info")
            return None
        return _leading_on(token, info.get("next_marker") or None)

    def total_in(self, answer: Mapping[str, Any]) -> int | None:
        return None


@dataclass(frozen=True, slots=True)
class ByLastId:
    """limit and marker; the marker is the id of the last item. ``total`` is the path of the size of the listing."""

    size: int
    total: str = ""

    def query(self, token: str | None) -> dict[str, str]:
        return _marked(self.size, token)

    def next_token(self, token: str | None, answer: Mapping[str, Any], ids: Sequence[str]) -> str | None:
        return _leading_on(token, ids[-1]) if ids else None

    def total_in(self, answer: Mapping[str, Any]) -> int | None:
        return _count(answer, self.total)


@dataclass(frozen=True, slots=True)
class ByOffset:
    """limit and an offset; the token is the number of items that came before. ``first`` is the offset of the first."""

    size: int
    total: str = ""
    offset: str = "offset"
    first: int = 0

    def query(self, token: str | None) -> dict[str, str]:
        return {"limit": str(self.size), self.offset: str(self.first + _number(token, 0))}

    def next_token(self, token: str | None, answer: Mapping[str, Any], ids: Sequence[str]) -> str | None:
        seen = _number(token, 0) + len(ids)
        total = self.total_in(answer)
        told = total is not None and (seen > total or (seen == total and len(ids) < self.size))
        return None if not ids or told else str(seen)

    def total_in(self, answer: Mapping[str, Any]) -> int | None:
        return _count(answer, self.total)


@dataclass(frozen=True, slots=True)
class ByNumber:
    """The number of a page, which is the token, and its size, under names that differ. There always is a total."""

    size: int
    number_name: str
    size_name: str
    total: str = "total"

    def query(self, token: str | None) -> dict[str, str]:
        return {self.number_name: str(_number(token, 1)), self.size_name: str(self.size)}

    def next_token(self, token: str | None, answer: Mapping[str, Any], ids: Sequence[str]) -> str | None:
        number = _number(token, 1)
        total = self.total_in(answer)
        reached = number * self.size
        told = total is not None and (reached > total or (reached == total and len(ids) < self.size))
        return None if not ids or told else str(number + 1)

    def total_in(self, answer: Mapping[str, Any]) -> int | None:
        return _count(answer, self.total)


@dataclass(frozen=True, slots=True)
class Unpaged:
    """The whole listing in one answer."""

    size: int = 0

    def query(self, token: str | None) -> dict[str, str]:
        return {}

    def next_token(self, token: str | None, answer: Mapping[str, Any], ids: Sequence[str]) -> str | None:
        return None

    def total_in(self, answer: Mapping[str, Any]) -> int | None:
        return None


def _marked(size: int, token: str | None) -> dict[str, str]:
    return {"limit": str(size)} | ({"marker": token} if token else {})


def _leading_on(token: str | None, following: str | None) -> str | None:
    if following is not None and following == token:
        raise CloudRejected("the cloud answered a page whose marker leads to itself")
    return following


def _number(token: str | None, first: int) -> int:
    if token is None:
        return first
    if not token.isdecimal():
        raise CloudRejected("this listing cannot be resumed there: its token is a number")
    return int(token)


def _count(answer: Mapping[str, Any], path: str) -> int | None:
    if not path:
        return None
    total = next(iter(values(answer, path)), None)
    if not isinstance(total, int) or isinstance(total, bool):
        raise CloudRejected(f"the cloud answered a page without a {path}")
    return total
