"""What fake clouds hold, made once a process."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from functools import cache

from infra.local.clouds.inventory import Inventory


def inventory_of(generate: Callable[..., Inventory], instances: int, *, regions: tuple[str, ...]) -> Inventory:
    """What ``generate`` makes, to be changed at will: each call answers a copy."""
    made: Inventory = pickle.loads(_pickled(generate, instances, regions))
    return made


@cache
def _pickled(generate: Callable[..., Inventory], instances: int, regions: tuple[str, ...]) -> bytes:
    return pickle.dumps(generate(instances, regions=regions))
