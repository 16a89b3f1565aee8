"""The asset types of tencent, declared: a new one is a new entry in one of these modules and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.providers.tencent.declaration import AssetType
from chalicelib.providers.tencent.types import compute, database, network, platform

TYPES: Mapping[str, AssetType] = {
    declared.name: declared for declared in (*compute.TYPES, *database.TYPES, *network.TYPES, *platform.TYPES)
}
"""By name, in the order a full sync takes them."""

GLOBAL_TYPES = frozenset(name for name, declared in TYPES.items() if declared.home is not None)

UNSUPPORTED: Mapping[str, str] = {}
