"""What a fake cloud holds: items by kind, region and id, in the order they were added. Safe to change while served."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from typing import Any

Item = dict[str, Any]


class Inventory:
    """``ids`` names the field that identifies an item of each kind (``{"ecs": "InstanceId"}``)."""

    def __init__(self, ids: Mapping[str, str], regions: Iterable[str]) -> None:
        self.ids = dict(ids)
        self.regions = tuple(regions)
        self._lock = threading.Lock()
        self._scopes: dict[tuple[str, str], dict[str, tuple[int, Item]]] = {}
        self._last = 0

    def copy(self) -> Inventory:
        """One to change at will. It shares its items, which are replaced and never changed in place."""
        copied = Inventory(self.ids, self.regions)
        with self._lock:
            copied._scopes = {scope: dict(items) for scope, items in self._scopes.items()}
            copied._last = self._last
        return copied

    def add(self, kind: str, region: str, item: Mapping[str, Any]) -> str:
        """Add an item behind all others, or put it in the place of the one with its id. Returns the id."""
        native_id = str(item[self.ids[kind]])
        with self._lock:
            scope = self._scopes.setdefault((kind, region), {})
            self._last += 1
            number = scope[native_id][0] if native_id in scope else self._last
            scope[native_id] = (number, dict(item))
        return native_id

    def update(self, kind: str, region: str, native_id: str, **fields: Any) -> None:
        """Replace top-level fields of an item. Raises KeyError for an unknown one."""
        with self._lock:
            scope = self._scopes[kind, region]
            number, item = scope[native_id]
            scope[native_id] = (number, item | fields)

    def remove(self, kind: str, region: str, *native_ids: str) -> None:
        """Raises KeyError for an unknown one."""
        with self._lock:
            scope = self._scopes.get((kind, region), {})
            for native_id in native_ids:
                del scope[native_id]

    def items(self, kind: str, region: str) -> list[Item]:
        return [item for _, item in self.numbered(kind, region)]

    def numbered(self, kind: str, region: str) -> list[tuple[int, Item]]:
        """Items with their numbers, which grow and are never used twice: what a paging token may point to."""
        with self._lock:
            return list(self._scopes.get((kind, region), {}).values())

    def native_ids(self, kind: str, region: str) -> tuple[str, ...]:
        with self._lock:
            return tuple(self._scopes.get((kind, region), {}))
