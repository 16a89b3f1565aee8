"""The asset types that every cloud is asked for, their groups, and what a name in a request stands for.

A family such as ``lb`` is several types of a cloud (``lb.clb``, ``lb.alb``), each with an API and a scope of its own:
one that fails must not touch the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.providers.base import Provider

GROUPS: Mapping[str, tuple[str, ...]] = {
    "compute": ("ecs", "disk", "snapshot", "security_group", "image"),
    "database": ("rds", "redis", "mongodb"),
    "network": ("vpc", "vswitch", "eip", "eni", "lb", "cdn", "waf", "dns"),
    "storage": ("nas", "oss"),
    "middleware": ("kafka", "elasticsearch"),
}
ALIASES: Mapping[str, str] = {"db": "database", "net": "network", "mw": "middleware"}
KINDS: tuple[str, ...] = tuple(kind for kinds in GROUPS.values() for kind in kinds)
"""All asset types, in the order a full sync takes them."""


def kind_of(asset_type: str) -> str:
    """The kind a cloud's type belongs to: ``lb`` for ``lb.clb``, and itself for most."""
    return asset_type.partition(".")[0]


def expand(provider: Provider, names: Sequence[str]) -> tuple[str, ...]:
    """The provider's types that ``names`` (types, families and groups) stand for; no names are all types.

    In a group, what the cloud does not have is left out. Raises ValueError for a name that stands for nothing.
    """
    found: list[str] = []
    for name in names or tuple(GROUPS):
        group = GROUPS.get(ALIASES.get(name, name))
        types = [own for own in provider.asset_types if own == name or kind_of(own) in (group or (name,))]
        if not types and group is None:
            raise ValueError(_nothing(provider, name))
        found += types
    return tuple(dict.fromkeys(found))


def _nothing(provider: Provider, name: str) -> str:
    if name in provider.unsupported:
        return f"asset_types: {provider.name} has no {name}: {provider.unsupported[name]}"
    known = ", ".join([*dict.fromkeys(kind_of(own) for own in provider.asset_types), *GROUPS])
    return f"asset_types: {provider.name} has no {name}; use some of {known}"
