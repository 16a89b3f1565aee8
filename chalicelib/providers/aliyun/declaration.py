"""What a declaration of an asset type of aliyun is made of.

Fields are dotted paths into an item (see ``providers.fields``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.providers.aliyun.paging import Paging
from chalicelib.providers.fields import text


@dataclass(frozen=True, slots=True)
class Product:
    """``name`` as in the table of endpoints, and the API version its actions are called with.

    ``style`` is how it is spoken to: ``RPC``, ``FORM`` (RPC whose parameters are a form, not a query), ``ROA`` (an
    action is a path) or ``OSS`` (its own signature, and XML).
    """

    name: str
    version: str
    style: str = "RPC"


@dataclass(frozen=True, slots=True)
class Tags:
    """Where the tags lie and what their two parts are called; products differ in this."""

    path: str
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class When:
    """The ids at ``path``, of those items whose ``field`` is ``value``."""

    field: str
    value: str
    path: str

    def fits(self, item: Mapping[str, Any]) -> bool:
        return text(item, self.field) == self.value


@dataclass(frozen=True, slots=True)
class Unless:
    """The ids at ``path``, but for those that begin with one of the ``prefixes``."""

    path: str
    prefixes: tuple[str, ...]

    def fits(self, item: Mapping[str, Any]) -> bool:
        return not text(item, self.path).startswith(self.prefixes)


Place = str | When | Unless


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """Relations of a type to a ``kind`` that its items do not name: ``members`` lists those of one owner, whose id it
    takes as its ``parameter``. An owner is an item, or one of ``groups``: these refer to items (``lb``), and say at
    ``count`` how many members they have.
    """

    kind: str
    members: AssetType
    parameter: str
    groups: AssetType | None = None
    count: str = ""

    @property
    def listings(self) -> tuple[AssetType, ...]:
        return (self.groups, self.members) if self.groups else (self.members,)

    def of(self, owner: str) -> AssetType:
        return replace(self.members, query={**self.members.query, self.parameter: owner})


@dataclass(frozen=True, slots=True)
class AssetType:
    """How to list one asset type and how to read an item of it.

    ``items`` leads to the list in the answer; empty, the answer itself is the only item, or none if it has no id.
    ``relations`` maps a kind to where the ids are that are referred to. ``volatile`` fields change by themselves and
    are left out of the attributes. ``home`` is the region that answers for a type which belongs to none. ``path`` is
    that of a ROA action. ``dry_run`` is for an action that knows the parameter DryRun: to who may not call it, it shows
    an empty list otherwise.
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
    created: str = "CreationTime"
    ips: tuple[str, ...] = ()
    relations: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    attached: Attached | None = None
    volatile: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    home: str = ""
    path: str = "/"
    dry_run: bool = False


ECS = Product("ecs", "2014-05-26")
VPC = Product("vpc", "2016-04-28")
STS = Product("sts", "2015-04-01")

ECS_TAGS = Tags("Tags.Tag", "TagKey", "TagValue")
VPC_TAGS = Tags("Tags.Tag", "Key", "Value")
PLAIN_TAGS = Tags("Tags", "Key", "Value")
