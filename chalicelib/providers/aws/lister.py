"""The one lister of all AWS asset types."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.errors import CloudRejected
from chalicelib.providers.aws.client import Clients
from chalicelib.providers.aws.normalise import asset_from, at
from chalicelib.providers.aws.types import AssetType
from chalicelib.providers.base import Page


def list_pages(clients: Clients, region: str, kind: AssetType, start: str | None) -> Iterator[Page]:
    """Page tokens are AWS's own, so any process can go on from one.

    AWS gives no totals, and only the absence of a token ends a listing: pages may be short or empty. An answer
    without its list of items is an error, never an empty page.
    """
    paging = clients.paging(kind.service, kind.operation)
    request = dict(kind.parameters)
    if paging is not None and paging.limit and kind.page_size is not None:
        request[paging.limit] = kind.page_size
    token = start
    while True:
        if paging is not None and token:
            request[paging.token] = token
        answer = clients.call(kind.service, kind.operation, region, request)
        items = at(kind.items, answer)
        if not isinstance(items, list):
            raise CloudRejected(f"aws {kind.service} {kind.operation}: the answer has no {kind.items}")
        came_from = token
        token = (at(paging.next_token, answer) or None) if paging is not None else None
        if token is not None and token == came_from:
            raise CloudRejected(f"aws {kind.service} {kind.operation}: a page names itself as the next one")
        assets = (asset_from(kind, item) for item in items)
        yield Page(assets=tuple(asset for asset in assets if asset.status not in kind.gone), next_token=token)
        if token is None:
            return
