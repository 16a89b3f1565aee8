"""The ways aliyun pages a listing: what to ask for a page, and how its answer leads to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.errors import CloudRejected
from chalicelib.providers.fields import text


class Paging(Protocol):
    """``token`` is what resumes a listing: None is its beginning, and nothing comes behind its end."""

    def query(self, token: str | None) -> dict[str, str]:
        """The parameters that ask for the page at ``token``."""
        ...

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        """Where the page behind ``answer`` is, which held ``count`` items. Raises CloudRejected if it cannot tell."""
        ...

    def total(self, answer: Mapping[str, Any]) -> int | None:
        """The size of the whole listing, if the cloud says."""
        ...


@dataclass(frozen=True, slots=True)
class ByToken:
    """NextToken and MaxResults. The cloud's TotalCount is invalid with this style, so there is no total."""

    size: int

    def query(self, token: str | None) -> dict[str, str]:
        return {"MaxResults": str(self.size)} | ({"NextToken": token} if token else {})

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        following = answer.get("NextToken") or None
        if following is not None and following == token:
            raise CloudRejected("the cloud answered a page whose NextToken leads to itself")
        return following

    def total(self, answer: Mapping[str, Any]) -> int | None:
        return None


@dataclass(frozen=True, slots=True)
class ByNumber:
    """PageNumber and PageSize; the token is the number of the page.

    Only the total, at the path ``total_at``, says which page is the last: a short page does not, and nor does a full
    one that ends at the total, which may be too small. A page without any item ends the listing too, so that a total
    that is too large cannot keep it going; total and count then differ, and who compares them sees it. ``number`` and
    ``length`` are what a product calls the two parameters.
    """

    size: int
    number: str = "PageNumber"
    length: str = "PageSize"
    total_at: str = "TotalCount"

    def query(self, token: str | None) -> dict[str, str]:
        return {self.number: str(_number(token)), self.length: str(self.size)}

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        number = _number(token)
        total = self.total(answer)
        if not count or number * self.size > total or (number * self.size == total and count < self.size):
            return None
        return str(number + 1)

    def total(self, answer: Mapping[str, Any]) -> int:
        total = text(answer, self.total_at)
        if not total.isdecimal():
            raise CloudRejected(f"the cloud answered a numbered page without a {self.total_at}")
        return int(total)


@dataclass(frozen=True, slots=True)
class ByMarker:
    """``marker`` and ``max-keys``: only an answer that says IsTruncated goes on, behind its NextMarker."""

    size: int

    def query(self, token: str | None) -> dict[str, str]:
        return {"max-keys": str(self.size)} | ({"marker": token} if token else {})

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        if answer.get("IsTruncated") != "true":
            return None
        following = text(answer, "NextMarker")
        if not following or following == token:
            raise CloudRejected("the cloud answered a truncated page whose NextMarker leads nowhere")
        return following

    def total(self, answer: Mapping[str, Any]) -> int | None:
        return None


@dataclass(frozen=True, slots=True)
class Unpaged:
    """One answer has everything."""

    def query(self, token: str | None) -> dict[str, str]:
        return {}

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        return None

    def total(self, answer: Mapping[str, Any]) -> int | None:
        return None


def _number(token: str | None) -> int:
    if token is None:
        return 1
    if not token.isdecimal() or int(token) < 1:
        raise CloudRejected("the token of a page is not its number")
    return int(token)
