"""The ways aliyun pages a listing: what to ask for a page, and how its answer leads to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from chalicelib.errors import CloudRejected


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

    Only TotalCount says which page is the last: a short page does not. A page without any item ends the listing too,
    so that a total that is too large cannot keep it going; total and count then differ, and who compares them sees it.
    """

    size: int

    def query(self, token: str | None) -> dict[str, str]:
        return {"PageNumber": token or "1", "PageSize": str(self.size)}

    def next_token(self, token: str | None, answer: Mapping[str, Any], count: int) -> str | None:
        number = int(token or 1)
        if not count or number * self.size >= self.total(answer):
            return None
        return str(number + 1)

    def total(self, answer: Mapping[str, Any]) -> int:
        total = answer.get("TotalCount")
        if not isinstance(total, int):
            raise CloudRejected("the cloud answered a numbered page without a TotalCount")
        return total
