"""A session on one volcano account."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from chalicelib.errors import CloudRejected, FatalError
from chalicelib.providers.base import Connection, Identity, Page
from chalicelib.providers.fields import text, values
from chalicelib.providers.retry import with_retries
from chalicelib.providers.volcano.client import Client
from chalicelib.providers.volcano.declaration import AssetType, Form, Product
from chalicelib.providers.volcano.endpoints import HOME_REGION
from chalicelib.providers.volcano.lister import belongings, list_pages
from chalicelib.providers.volcano.paging import ByToken
from chalicelib.providers.volcano.types import TYPES
from chalicelib.providers.volcano.types.compute import ECS

STS = Product("sts", "2018-01-01", Form.FIELDS)

_REGIONS = ByToken(100)


class VolcanoCloud:
    """Implements ``providers.base.Cloud``.

    ``sleep`` waits between the tries of a call, in seconds; one that raises ends the listing there and then.
    """

    def __init__(self, connection: Connection, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._client = Client(connection)
        self._sleep = sleep

    def regions(self) -> list[str]:
        """The regions in which there are machines: products differ in theirs, and none has more."""
        regions: list[str] = []
        token: str | None = None
        while True:
            answer = self._call(ECS, "DescribeRegions", **_REGIONS.query(token))
            regions += [text(item, "RegionId") for item in values(answer, "Regions")]
            token = _REGIONS.next_token(token, answer, len(regions))
            if token is None:
                break
        if not regions or not all(regions):
            raise CloudRejected("DescribeRegions answered no region")
        return regions

    def pages(self, region: str, asset_type: str, *, start: str | None = None) -> Iterator[Page]:
        return list_pages(self._client, _declared(asset_type), region, start=start, sleep=self._sleep)

    def probe(self, region: str, asset_type: str) -> None:
        """What takes the id of a group can be tried where there is one."""
        declared = _declared(asset_type)
        self._first(replace(declared, attached=None), region)
        if attached := declared.attached:
            groups = self._first(attached.listing, region).assets
            next(belongings(self._client, attached, region, groups, sleep=self._sleep), None)

    def identify(self) -> Identity:
        caller = self._call(STS, "GetCallerIdentity")
        return Identity(principal=str(caller.get("Trn", "")), regions=tuple(self.regions()))

    def _first(self, declared: AssetType, region: str) -> Page:
        return next(list_pages(self._client, declared, region, start=None, sleep=self._sleep))

    def _call(self, product: Product, action: str, **query: Any) -> Mapping[str, Any]:
        return with_retries(lambda: self._client.call(product, action, HOME_REGION, query), sleep=self._sleep)


def _declared(asset_type: str) -> AssetType:
    declared = TYPES.get(asset_type)
    if declared is None:
        raise FatalError(f"volcano has no asset type {asset_type!r}; it has {', '.join(TYPES)}")
    return declared
