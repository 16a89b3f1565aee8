"""The ways volcano pages a listing: what to ask for a page, and how its answer leads to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.errors import CloudRejected


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
class ByPage:
    """Numbered pages, from 1; the token is the number. Products have their own names for the parameters.

    Only the total says which page is the last: a short page does not, and nor does a full one that ends at the total,
    which may be too small. A page without any item ends the listing too, so that a total that is too large cannot keep
    it going; total and count then differ, and who compares them sees it.
    """

    size: int
    total_field: str = "TotalCount"
    number_parameter: str = "PageNumber"

    def query(self, token: str | None) -> dict[str, Any]:
        return {self.number_parameter: _number(token), "PageSize": self.size}

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        number, total = _number(token), self.total(answer)
        last = not count or number * self.size > total or (number * self.size == total and count < self.size)
        return None if last else str(number + 1)

    def total(self, answer: Mapping[str, Any]) -> int:
        total = answer.get(self.total_field)
        if not isinstance(total, int):
            raise CloudRejected(f"the cloud answered a page without a {self.total_field}")
        return total


@dataclass(frozen=True, slots=True)
class ByToken:
    """NextToken and MaxResults. The newer documents of such products no longer speak of a total."""

    size: int

    def query(self, token: str | None) -> dict[str, Any]:
        return {"MaxResults": self.size} | ({"NextToken": token} if token else {})

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        following = answer.get("NextToken") or None
        if following is not None and following == token:
            raise CloudRejected("the cloud answered a page whose NextToken leads to itself")
        return following

    def total(self, answer: Mapping[str, Any]) -> int | None:
        return None


@dataclass(frozen=True, slots=True)
class InOne:
    """No pages: one answer has everything, however much it is."""

    size: int = 2**31

    def query(self, token: str | None) -> dict[str, Any]:
        if token is not None:
            raise CloudRejected("a listing of one page cannot be resumed")
        return {}

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        return None

    def total(self, answer: Mapping[str, Any]) -> int | None:
        return None


def _number(token: str | None) -> int:
    if token is None:
        return 1
    if not token.isdecimal() or int(token) < 1:
        raise CloudRejected("a listing can only be resumed at the number of a page")
    return int(token)
