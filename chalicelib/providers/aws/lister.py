"""The one lister of all AWS asset types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from chalicelib.errors import CloudRejected, CloudUnavailable
from chalicelib.providers.attached import Attachments, Belonging
from chalicelib.providers.aws.client import Clients
from chalicelib.providers.aws.declaration import AssetType, Attached, Detail, Paging
from chalicelib.providers.aws.normalise import asset_from, at
from chalicelib.providers.base import Page


def list_pages(clients: Clients, region: str, kind: AssetType, start: str | None) -> Iterator[Page]:
    """Page tokens are AWS's own, so any process can go on from one.

    AWS gives no totals, and only the absence of a token ends a listing: pages may be short or empty. An answer
    without its list of items is an error, never an empty page. What belongs to no region is asked for in the home
    region of the account.
    """
    place = clients.home_region if kind.everywhere else region
    paging = kind.paging or clients.paging(kind.service, kind.operation)
    request = dict(kind.parameters)
    if paging is not None and paging.limit and kind.page_size is not None:
        request[paging.limit] = str(kind.page_size) if paging.written else kind.page_size
    attached = kind.attached
    attachments = Attachments(attached.kind, partial(attached_in, clients, region, attached)) if attached else None
    token = start
    while True:
        if paging is not None and token:
            request[paging.token] = token
        answer = clients.call(kind.service, kind.operation, place, request)
        items = _items(kind, answer)
        if kind.detail is not None:
            items = _described(clients, place, kind, kind.detail, items)
        token = _next(kind, paging, answer, token) if paging is not None else None
        assets = [asset for asset in (asset_from(kind, item) for item in items) if asset.status not in kind.gone]
        if attachments is not None:
            assets = [attachments.added_to(asset) for asset in assets]
        yield Page(assets=tuple(assets), next_token=token)
        if token is None:
            return


def attached_in(clients: Clients, region: str, attached: Attached) -> Iterator[Belonging]:
    """One call for each asset of the second listing."""
    for page in list_pages(clients, region, attached.listing, None):
        for asset in page.assets:
            answer = clients.call(
                attached.listing.service, attached.operation, region, {attached.parameter: asset.native_id}
            )
            found = at(attached.found, answer)
            if not isinstance(found, list):
                raise CloudRejected(f"aws {attached.operation}: the answer has no {attached.found}")
            yield asset.relations.get(attached.to, ()), found


def _items(kind: AssetType, answer: Mapping[str, Any]) -> list[Any]:
    items = at(kind.items, answer)
    if items is None and kind.count and at(kind.count, answer) == 0:
        return []
    if not isinstance(items, list):
        raise CloudRejected(f"aws {kind.service} {kind.operation}: the answer has no {kind.items}")
    return items


def _next(kind: AssetType, paging: Paging, answer: Mapping[str, Any], token: str | None) -> str | None:
    following = at(paging.next_token, answer) or None
    if following is None and at(paging.more, answer):
        raise CloudRejected(
            f"aws {kind.service} {kind.operation}: more is to follow, but the answer does not say where"
        )
    if following is not None and following == token:
        raise CloudRejected(f"aws {kind.service} {kind.operation}: a page names itself as the next one")
    return following


def _described(clients: Clients, place: str, kind: AssetType, detail: Detail, names: list[Any]) -> list[Any]:
    """An item that is gone by the second call makes the listing one to repeat, not one that is shorter."""
    found: list[Any] = []
    for first in range(0, len(names), detail.batch):
        asked = names[first : first + detail.batch]
        answer = clients.call(kind.service, detail.operation, place, {detail.parameter: asked})
        items = at(detail.items, answer)
        if not isinstance(items, list):
            raise CloudRejected(f"aws {kind.service} {detail.operation}: the answer has no {detail.items}")
        if len(items) != len(asked):
            raise CloudUnavailable(f"aws {kind.service} {detail.operation}: {len(items)} answered of {len(asked)}")
        found += items
    return found
