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
    """A call about one item, whose fields ``asks`` are sent as parameters of these names, or as filters (``filtered``).

    The ``items`` that it answers have ids at the paths ``found``, each item at least one if they ``always`` do. These
    are of what is attached or, where calls follow (``then``), of what to ask about next: such a call asks an id last,
    and before it what is known already.
    """

    product: Product
    action: str
    paging: Paging
    items: str
    asks: tuple[str, ...]
    found: tuple[str, ...]
    filtered: bool = False
    always: bool = False
    then: tuple[Call, ...] = ()

    def asked(self, known: Mapping[str, Any]) -> tuple[str, ...]:
        """The values of the fields; none if one is missing, as there is nothing to ask about then."""
        found = tuple(text(known, name) for name in self.asks)
        return found if all(found) else ()

    def query(self, asked: tuple[str, ...]) -> dict[str, Any]:
        pairs = dict(zip(self.asks, asked, strict=True))
        if self.filtered:
            return {"Filters": [{"Name": name, "Values": [value]} for name, value in pairs.items()]}
        return pairs

    @property
    def chain(self) -> tuple[Call, ...]:
        """Itself and all that follow, each once."""
        found = [self]
        for call in found:
            found += [further for further in call.then if further not in found]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Attached:
    """Relations of a type to a ``kind`` that its items do not name, but one of the ``calls`` about each of them does:
    the one at the value of the item's field ``by``, with those that follow it. Without ``by`` there is only one, at "".
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

    @property
    def every_call(self) -> tuple[Call, ...]:
        return tuple(dict.fromkeys(further for call in self.calls.values() for further in call.chain))


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
