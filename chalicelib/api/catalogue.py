"""Every operation of the API, by the blueprint that serves it."""

from __future__ import annotations

from chalicelib.api import accounts, assets, audit, callers, dead_letters, health, lanes, providers, stats, tasks

PREFIX = "/api/v1/cam"
CATALOGUE = (
    tasks.routes,
    dead_letters.routes,
    lanes.routes,
    accounts.routes,
    assets.routes,
    providers.routes,
    stats.routes,
    callers.routes,
    audit.routes,
    health.routes,
)
