"""What is said of an asset type of tencent. Fields are dotted paths into an item (see ``providers.fields``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chalicelib.errors import CloudRejected
from chalicelib.providers.fields import text
from chalicelib.providers.tencent.paging import Paging


@dataclass(frozen=True, slots=True)
class Product:
    """``name`` as in the product's address, and the API version its actions are called with. ``signature`` tells
    whose way it is asked in: that of the APIs (TC3), or that of COS.
    """

    name: str
    version: str
    signature: Literal["tc3", "cos"] = "tc3"


@dataclass(frozen=True, slots=True)
class Tags:
    """Where the tags lie and what their two parts are called; products differ in this."""

    path: str
    key: str = "TagKey"
    value: str = "TagValue"


@dataclass(frozen=True, slots=True)
class Call:
    """A call about one item, whose field ``asks`` is sent as the parameter of that name, or as a filter (``filtered``).
    The ``items`` that it answers have ids at the paths ``found``.
    """

    product: Product
    action: str
    paging: Paging
    items: str
    asks: str
    found: tuple[str, ...]
    filtered: bool = False

    def query(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters for an item; none if it lacks the field, as there is nothing to ask about it."""
        value = text(item, self.asks)
        if not value:
            return {}
        return {"Filters": [{"Name": self.asks, "Values": [value]}]} if self.filtered else {self.asks: value}


@dataclass(frozen=True, slots=True)
class Attached:
    """Relations of a type to a ``kind`` that its items do not name, but one of the ``calls`` about each of them does:
    the one at the value of the item's field ``by``. Without ``by`` there is only one, at "".
    """

    kind: str
    calls: Mapping[str, Call]
    by: str = ""

    def call_about(self, item: Mapping[str, Any]) -> Call:
        """Raises CloudRejected for an item that no call is said to be about: it is not known to have no relations."""
        call = self.calls.get(text(item, self.by))
        if call is None:
            raise CloudRejected(f"the cloud answered an item whose {self.by} is none of {', '.join(self.calls)}")
        return call


@dataclass(frozen=True, slots=True)
class AssetType:
    """How to list one asset type and how to read an item of it.

    ``items`` leads to the list in the answer. ``relations`` maps an asset type to the paths of the ids that are
    referred to; a path may be shared by types that ``ID_PREFIXES`` tells apart. ``volatile`` fields change by
    themselves and are left out of the attributes. ``home`` is the region whose API has a type of no region, "" where
    that API wants none. ``nothing`` is the error code by which the API says that there are no items at all.
    """

    name: str
    product: Product
    action: str
    paging: Paging
    items: str
    native_id: str
    title: str
    tags: Tags | None = None
    status: str = ""
    zone: str = ""
    created: str = ""
    ips: tuple[str, ...] = ()
    relations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    volatile: tuple[str, ...] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    home: str | None = None
    nothing: str = ""
    attached: Attached | None = None


ID_PREFIXES: Mapping[str, str] = {"ecs": "ins-", "eni": "eni-", "lb.clb": "lb-"}
"""How ids of a type begin, for types that share a field with others: an EIP's InstanceId may be any of these."""
