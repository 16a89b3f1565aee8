"""What AWS can be asked for: a new asset type is a new declaration in ``declared`` and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from chalicelib.providers.aws.declaration import AssetType
from chalicelib.providers.aws.declared import compute, database, middleware, network, storage

__all__ = ["TYPES", "UNSUPPORTED", "AssetType"]

TYPES: Mapping[str, AssetType] = MappingProxyType(
    {**compute.TYPES, **database.TYPES, **network.TYPES, **storage.TYPES, **middleware.TYPES}
)
UNSUPPORTED: Mapping[str, str] = {}
