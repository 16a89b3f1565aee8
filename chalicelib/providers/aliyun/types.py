"""The asset types of aliyun: a new one is a new declaration in ``declared`` and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.providers.aliyun.declaration import ECS, STS, VPC, AssetType, Product, Tags
from chalicelib.providers.aliyun.declared import compute, database, middleware, network, storage

__all__ = ["BY_NAME", "ECS", "GLOBAL_TYPES", "STS", "TYPES", "UNSUPPORTED", "VPC", "AssetType", "Product", "Tags"]

TYPES: tuple[AssetType, ...] = (
    *compute.TYPES,
    *database.TYPES,
    *network.TYPES,
    *storage.TYPES,
    *middleware.TYPES,
)
BY_NAME: Mapping[str, AssetType] = {asset_type.name: asset_type for asset_type in TYPES}
GLOBAL_TYPES = frozenset(asset_type.name for asset_type in TYPES if asset_type.home)
UNSUPPORTED: Mapping[str, str] = {}
