"""The service itself as the API shows it: lanes, clouds, health."""

from __future__ import annotations

from typing_extensions import TypedDict


class LaneView(TypedDict):
    lane: str
    paused: bool


class LanesView(TypedDict):
    lanes: list[LaneView]


class ProviderView(TypedDict):
    """``groups`` and ``unsupported`` go by name; ``regions`` are those that the caller's accounts are set to, that the
    cloud named when one of them was tested, and that have been listed: which ones there are differs from account to
    account. Each of ``credentials`` is a set of names that is enough.
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
