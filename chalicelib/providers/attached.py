"""What a second listing knows of the items of a first: the machines behind a load balancer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cached_property

from chalicelib.providers.base import ListedAsset

Belonging = tuple[Sequence[str], Sequence[str]]
"""Ids of items, and ids of what is attached to each of them."""


class Attachments:
    """Of all items of a scope or a page, ``read`` when the first of them is there: a scope without items costs no call.

    What raises, raises out of the listing: an asset never loses a relation because it could not be read.
    """

    def __init__(self, kind: str, read: Callable[[], Iterable[Belonging]]) -> None:
        self._kind = kind
        self._read = read

    def added_to(self, asset: ListedAsset) -> ListedAsset:
        """The asset with its relations, in one order whatever the cloud's: another order is no change."""
        found = self._by_item.get(asset.native_id)
        return replace(asset, relations={**asset.relations, self._kind: tuple(sorted(found))}) if found else asset

    @cached_property
    def _by_item(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for items, attached in self._read():
            for item in items:
                found.setdefault(item, set()).update(attached)
        return found
