"""Lists one asset type of one region page by page, whatever the type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from chalicelib.errors import CloudUnavailable
from chalicelib.providers.attached import Attachments, Belonging
from chalicelib.providers.base import ListedAsset, Page
from chalicelib.providers.huawei.declaration import Api, AssetType, Attached
from chalicelib.providers.huawei.parsing import assets_in
from chalicelib.providers.retry import with_retries


class Caller(Protocol):
    def call(self, api: Api, region: str, query: Mapping[str, str]) -> Mapping[str, Any]: ...


def list_pages(
    caller: Caller, asset_type: AssetType, region: str, *, start: str | None, sleep: Callable[[float], None]
) -> Iterator[Page]:
    """Pages from ``start``, a page's ``next_token``, or from the beginning. Each page has its own retries."""
    paging = asset_type.paging
    attachments = None
    if attached := asset_type.attached:
        attachments = Attachments(attached.kind, partial(attached_in, caller, attached, region, sleep=sleep))
    token = start
    short = False
    while True:
        query = {**asset_type.query, **paging.query(token)}
        answer = with_retries(partial(caller.call, asset_type.api, region, query), sleep=sleep)
        assets = assets_in(answer, asset_type)
        if attachments is not None:
            assets = tuple(attachments.added_to(asset) for asset in assets)
        token = paging.next_token(token, answer, [asset.native_id for asset in assets])
        yield Page(assets, token, paging.total_in(answer), probe=short)
        short = len(assets) < paging.size
        if token is None:
            return


def attached_in(
    caller: Caller, attached: Attached, region: str, *, sleep: Callable[[float], None]
) -> Iterator[Belonging]:
    """A member that is gone by the second listing makes both ones to repeat."""

    def listed(asset_type: AssetType) -> Iterator[ListedAsset]:
        for page in list_pages(caller, asset_type, region, start=None, sleep=sleep):
            yield from page.assets

    groups = [group for group in listed(attached.groups) if group.relations.keys() >= {"lb", "member"}]
    if not groups:
        return
    members = {member.native_id: member.relations.get(attached.kind, ()) for member in listed(attached.members)}
    for group in groups:
        own = group.relations["member"]
        if not members.keys() >= set(own):
            raise CloudUnavailable(f"{attached.members.api.action} answered without a member that a group names")
        yield group.relations["lb"], [native_id for member in own for native_id in members[member]]
