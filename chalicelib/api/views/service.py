"""The service itself as the API shows it: lanes, clouds, health."""

from __future__ import annotations

from typing_extensions import TypedDict


class LaneView(TypedDict):
    lane: str
    paused: bool


class LanesView(TypedDict):
    lanes: list[LaneView]


class ProviderView(TypedDict):
    """``groups`` and ``unsupported`` go by name; ``regions`` are those that have been listed so far, as which ones a
    cloud has differs from account to account. Each of ``credentials`` is a set of names that is enough.
    """

    provider: str
    asset_types: list[str]
    global_types: list[str]
    groups: dict[str, list[str]]
    unsupported: dict[str, str]
    regions: list[str]
    credentials: list[list[str]]
    optional_credentials: list[str]


class ProvidersView(TypedDict):
    providers: list[ProviderView]
    aliases: dict[str, str]


class StatusView(TypedDict):
    status: str
