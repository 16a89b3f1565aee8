"""One AWS account, as the service sees a cloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from chalicelib.errors import CloudRejected
from chalicelib.providers.aws.client import Clients
from chalicelib.providers.aws.declaration import AssetType
from chalicelib.providers.aws.lister import attached_in, list_pages
from chalicelib.providers.base import Identity, Page


class AwsCloud:
    def __init__(self, clients: Clients, types: Mapping[str, AssetType]) -> None:
        self._clients = clients
        self._types = types

    def regions(self) -> list[str]:
        """The regions that are enabled for the account, sorted."""
        answer = self._clients.call("ec2", "DescribeRegions", self._clients.home_region, {"AllRegions": False})
        named = [region for region in answer.get("Regions", ()) if region.get("OptInStatus") != "not-opted-in"]
        if not named:
            raise CloudRejected("aws ec2 DescribeRegions: the answer names no region")
        return sorted(region["RegionName"] for region in named)

    def pages(self, region: str, asset_type: str, *, start: str | None = None) -> Iterator[Page]:
        return list_pages(self._clients, region, self._kind(asset_type), start)

    def probe(self, region: str, asset_type: str) -> None:
        kind = self._kind(asset_type)
        next(list_pages(self._clients, region, replace(kind, attached=None), None))
        if kind.attached is not None:
            next(attached_in(self._clients, region, kind.attached), None)

    def _kind(self, asset_type: str) -> AssetType:
        kind = self._types.get(asset_type)
        if kind is None:
            raise CloudRejected(f"aws has no asset type {asset_type}")
        return kind

    def identify(self) -> Identity:
        answer = self._clients.call("sts", "GetCallerIdentity", self._clients.home_region, {})
        return Identity(principal=str(answer.get("Arn", "")), regions=tuple(self.regions()))
