"""What fake clouds hold, made once a process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from chalicelib.providers.base import GLOBAL
from infra.local.clouds.inventory import Inventory

_told: list[tuple[Inventory, int]] = []


def inventory_of(generate: Callable[..., Inventory], instances: int, *, regions: tuple[str, ...]) -> Inventory:
    """What ``generate`` makes, to be changed at will: each call answers a copy."""
    return _made(generate, instances, regions).copy()


def changed() -> list[Inventory]:
    """Those of which somebody changed an item in place, and with it what other tests were given."""
    return [made for made, told in _told if _fingerprint(made) != told]


@cache
def _made(generate: Callable[..., Inventory], instances: int, regions: tuple[str, ...]) -> Inventory:
    made = generate(instances, regions=regions)
    _told.append((made, _fingerprint(made)))
    return made


def _fingerprint(inventory: Inventory) -> int:
    places = (*inventory.regions, GLOBAL)
    return hash(repr([inventory.items(kind, place) for kind in inventory.ids for place in places]))
