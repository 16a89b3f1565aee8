"""One AWS account, as the service sees a cloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.errors import CloudRejected
from chalicelib.providers.aws.client import Clients
from chalicelib.providers.aws.declaration import AssetType
from chalicelib.providers.aws.lister import list_pages
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
        kind = self._types.get(asset_type)
        if kind is None:
            raise CloudRejected(f"aws has no asset type {asset_type}")
        return list_pages(self._clients, region, kind, start)

    def probe(self, region: str, asset_type: str) -> None:
        next(self.pages(region, asset_type))

    def identify(self) -> Identity:
        answer = self._clients.call("sts", "GetCallerIdentity", self._clients.home_region, {})
        return Identity(principal=str(answer.get("Arn", "")), regions=tuple(self.regions()))
