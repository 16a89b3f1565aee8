"""What a name in a request stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.providers.base import Cloud, Connection, Sleep
from chalicelib.providers.kinds import KINDS, expand


@dataclass(frozen=True)
class Nimbus:
    name: str = "nimbus"
    asset_types: tuple[str, ...] = ("ecs", "disk", "vpc", "lb.classic", "lb.modern", "oss")
    global_types: frozenset[str] = frozenset({"oss"})
    unsupported: dict[str, str] = field(default_factory=lambda: {"waf": "it has none"})
    calls_per_second: int = 10
    credential_fields: tuple[frozenset[str], ...] = ()
    optional_credentials: frozenset[str] = frozenset()

    def connect(self, connection: Connection, *, sleep: Sleep = lambda seconds: None) -> Cloud:
        raise NotImplementedError


@pytest.mark.parametrize(
    ("names", "types"),
    [
        ([], ("ecs", "disk", "vpc", "lb.classic", "lb.modern", "oss")),
        (["ecs"], ("ecs",)),
        (["lb"], ("lb.classic", "lb.modern")),
        (["lb.modern"], ("lb.modern",)),
        (["compute"], ("ecs", "disk")),
        (["net", "vpc"], ("vpc", "lb.classic", "lb.modern")),
        (["db"], ()),
    ],
)
def test_types_families_and_groups_expand_to_what_the_cloud_has(names: list[str], types: tuple[str, ...]) -> None:
    assert expand(Nimbus(), names) == types


@pytest.mark.parametrize(("name", "said"), [("waf", "it has none"), ("teapot", "use some of ecs"), ("lb.x", "no lb.x")])
def test_a_name_that_stands_for_nothing_is_refused_with_the_reason(name: str, said: Any) -> None:
    with pytest.raises(ValueError, match=said):
        expand(Nimbus(), [name])


def test_there_are_twenty_kinds_at_least_and_none_twice() -> None:
    assert len(set(KINDS)) == len(KINDS) >= 20
