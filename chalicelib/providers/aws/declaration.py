"""What a declaration of an asset type of AWS is made of.

All paths are JMESPath. ``items`` starts at the answer, every other path at one item of it. How an operation pages
(the names of its token and limit) is known to the SDK and repeated only where the SDK leaves it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

NAME_TAG = "Tags[?Key=='Name'] | [0].Value"


@dataclass(frozen=True, slots=True)
class Paging:
    """How an operation pages: two of its parameters, and the paths of the next token in its answer and of the flag
    that says whether more follows, where there is one. ``written`` limits are text.
    """

    token: str
    limit: str
    next_token: str
    more: str = ""
    written: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """A second call, for items that a listing only names: ``operation`` takes ``batch`` of the listing's items as its
    ``parameter`` and answers the items themselves at ``items``.
    """

    operation: str
    parameter: str
    batch: int
    items: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """Relations of a type to a ``kind`` that its items do not name: ``operation``, which takes the id of each asset of
    a second ``listing`` as its ``parameter``, answers the ids at ``found``. The asset's relation ``to`` names items.
    """

    kind: str
    listing: AssetType
    to: str
    operation: str
    parameter: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetType:
    """``service`` and ``operation`` are botocore's names. An empty path means that AWS does not say."""

    service: str
    operation: str
    items: str
    native_id: str
    page_size: int | None = None
    """None where the operation does not page."""
    name: str = NAME_TAG
    status: str = ""
    zone: str = ""
    created_at: str = ""
    tags: str = "Tags"
    """Path of a list of keys and values, or of a map."""
    ips: tuple[str, ...] = ()
    """Paths of one address or of a list of them."""
    relations: Mapping[str, str] = field(default_factory=dict)
    """Kind to the path of the native id or ids that an item refers to."""
    volatile: frozenset[str] = frozenset()
    """Members of an item that change by themselves and are left out of its attributes."""
    gone: frozenset[str] = frozenset()
    """Statuses of items that AWS still shows although they no longer exist."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    paging: Paging | None = None
    """For an operation that pages although the SDK does not know it."""
    count: str = ""
    """Path of a number that is 0 where an empty list is left out of the answer."""
    detail: Detail | None = None
    attached: Attached | None = None
    everywhere: bool = False
    """Belongs to no region."""
