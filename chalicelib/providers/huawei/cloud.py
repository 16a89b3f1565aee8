"""A session on one huawei account."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from chalicelib.errors import CloudRejected, FatalError
from chalicelib.providers.base import GLOBAL, Connection, Identity, Page
from chalicelib.providers.huawei.client import Client
from chalicelib.providers.huawei.declaration import Api, AssetType, Product
from chalicelib.providers.huawei.lister import list_pages
from chalicelib.providers.huawei.types import BY_NAME
from chalicelib.providers.retry import with_retries

CALLER = Api(Product("sts", acts_for="nothing"), "GetCallerIdentity", "/v5/caller-identity")


class HuaweiCloud:
    """Implements ``providers.base.Cloud``.

    ``sleep`` waits between the tries of a call, in seconds; one that raises ends the listing there and then.
    """

    def __init__(self, connection: Connection, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = Client(connection)
        self._sleep = sleep

    def regions(self) -> list[str]:
        regions = list(with_retries(self._client.projects, sleep=self._sleep))
        if not regions:
            raise CloudRejected("KeystoneListProjects answered no project of a region")
        return regions

    def pages(self, region: str, asset_type: str, *, start: str | None = None) -> Iterator[Page]:
        return list_pages(self._client, _declared(region, asset_type), region, start=start, sleep=self._sleep)

    def probe(self, region: str, asset_type: str) -> None:
        declared = _declared(region, asset_type)
        attached = declared.attached
        further = (attached.groups, attached.members) if attached else ()
        for listing in (replace(declared, attached=None), *further):
            next(list_pages(self._client, listing, region, start=None, sleep=self._sleep))

    def identify(self) -> Identity:
        caller = with_retries(lambda: self._client.call(CALLER, GLOBAL, {}), sleep=self._sleep)
        return Identity(principal=str(caller.get("principal_urn", "")), regions=tuple(self.regions()))


def _declared(region: str, asset_type: str) -> AssetType:
    """Raises FatalError for a scope that cannot be."""
    declared = BY_NAME.get(asset_type)
    if declared is None:
        raise FatalError(f"huawei has no asset type {asset_type!r}; it has {', '.join(BY_NAME)}")
    if declared.everywhere != (region == GLOBAL):
        belongs = "no region" if declared.everywhere else "a region"
        raise FatalError(f"{asset_type} of huawei belongs to {belongs}, not to {region!r}")
    return declared
