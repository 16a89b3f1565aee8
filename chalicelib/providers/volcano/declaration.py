"""What is said of an asset type of volcano. Fields are dotted paths into an item (see ``providers.fields``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from chalicelib.providers.volcano.paging import Paging


class Form(Enum):
    """How a product takes the parameters of a call."""

    QUERY = "text/plain"
    JSON = "application/json"
    FIELDS = "application/x-www-form-urlencoded"
    BUCKETS = ""
    """The object storage: no parameters, and a protocol of its own."""

    @property
    def method(self) -> str:
        return "GET" if self in (Form.QUERY, Form.BUCKETS) else "POST"


@dataclass(frozen=True, slots=True)
class Product:
    """``name`` is the service's code as it is signed, ``version`` that of the API."""

    name: str
    version: str
    form: Form = Form.JSON


@dataclass(frozen=True, slots=True)
class Tags:
    path: str = "Tags"
    key: str = "Key"
    value: str = "Value"


@dataclass(frozen=True, slots=True)
class Attached:
    """Relations of a type to a ``kind`` that its items do not name. The items of a second ``listing`` refer to groups
    (``group``); what is attached is in the answer to the action of ``group``, which takes the id of one. Either the
    listing or the group refers to the items (``lb``).
    """

    kind: str
    listing: AssetType
    group: AssetType


@dataclass(frozen=True, slots=True)
class AssetType:
    """How to list one asset type and how to read an item of it.

    ``items`` names the list in the answer. ``relations`` maps an asset type to the paths of the ids that are referred
    to; a path may be shared by types that ``ID_PREFIXES`` tells apart. ``volatile`` fields change by themselves and
    are left out of the attributes. ``region_parameter`` is for an API that wants the region among its parameters too.
    ``home`` is the region to sign for where the type belongs to none.
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
    region_parameter: str = ""
    home: str | None = None
    attached: Attached | None = None


ID_PREFIXES: Mapping[str, str] = {
    "ecs": "i-",
    "eni": "eni-",
    "lb.clb": "clb-",
    "lb.alb": "alb-",
    "lb.nlb": "nlb-",
}
"""How ids of a type begin, for types that share a field with others: an EIP's InstanceId may be any of these."""
