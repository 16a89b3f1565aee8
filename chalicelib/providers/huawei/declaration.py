"""What an asset type of huawei is declared with. Fields are dotted paths into an item (see ``providers.fields``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from chalicelib.providers.huawei.paging import Paging


@dataclass(frozen=True, slots=True)
class Product:
    """``host`` begins the address. A product that is not ``regional`` has one address for the whole world.

    ``acts_for`` is what a call names itself to be for, beside its signature: the region's project, the account's
    domain, or nothing.
    """

    host: str
    regional: bool = True
    acts_for: Literal["project", "domain", "nothing"] = "project"
    signature: Literal["sdk", "obs"] = "sdk"


@dataclass(frozen=True, slots=True)
class Api:
    """``action`` is the name in the API reference; ``{project_id}`` in the path is that of the region."""

    product: Product
    action: str
    path: str


@dataclass(frozen=True, slots=True)
class If:
    """A path that counts in items whose text at ``where`` begins with ``begins``."""

    path: str
    where: str
    begins: str


@dataclass(frozen=True, slots=True)
class Attached:
    """Relations of a type to a ``kind`` that its items do not name. Of two more listings, the ``groups`` refer to items
    (``lb``) and to the ``members`` (``member``), and these to what is attached.
    """

    kind: str
    groups: AssetType
    members: AssetType


@dataclass(frozen=True, slots=True)
class AssetType:
    """How to list one asset type and how to read an item of it.

    ``items`` leads to the list in the answer. ``relations`` maps an asset type to the paths of the ids that are
    referred to. ``left_out`` of the attributes is what changes by itself, and what may hold secrets. ``everywhere``
    is for what belongs to no region.
    """

    name: str
    api: Api
    paging: Paging
    items: str
    native_id: str = "id"
    title: str = "name"
    status: str = "status"
    zone: str = ""
    created: str = "created_at"
    tags: str = "tags"
    ips: tuple[str, ...] = ()
    relations: Mapping[str, tuple[str | If, ...]] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    everywhere: bool = False
    attached: Attached | None = None
