"""What a second listing knows of the items of a first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property

Belonging = tuple[Sequence[str], Sequence[str]]
"""Ids of items, and ids of what is attached to each of them."""


class Attachments:
    """Of all items of a scope, ``read`` when the first of them is looked up: a scope without items costs no call."""

    def __init__(self, read: Callable[[], Iterable[Belonging]]) -> None:
        self._read = read

    def of(self, item: str) -> list[str]:
        """In one order, whatever the cloud's: another order is no change."""
        return sorted(self._by_item.get(item, ()))

    @cached_property
    def _by_item(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for items, attached in self._read():
            for item in items:
                found.setdefault(item, set()).update(attached)
        return found
