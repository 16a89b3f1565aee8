"""Which clouds there are, and what can be asked of each."""

from __future__ import annotations

from typing import Any

from chalice.app import Blueprint

from chalicelib.api.endpoint import endpoint
from chalicelib.container import current
from chalicelib.providers import get_provider, provider_names
from chalicelib.providers.kinds import ALIASES, GROUPS, expand
from chalicelib.tasks.model import DEFAULT_TENANT

routes = Blueprint(__name__)


@routes.route("/providers", methods=["GET"])
@endpoint
def list_providers() -> dict[str, Any]:
    """``groups`` and ``unsupported`` go by name; ``regions`` are those that have been listed so far, as which ones a
    cloud has differs from account to account.
    """
    listed = current().scope_store.regions(DEFAULT_TENANT)
    return {"providers": [_shown(name, listed.get(name, ())) for name in provider_names()], "aliases": dict(ALIASES)}


def _shown(name: str, regions: tuple[str, ...]) -> dict[str, Any]:
    provider = get_provider(name)
    return {
        "provider": name,
        "asset_types": list(provider.asset_types),
        "global_types": sorted(provider.global_types),
        "groups": {group: list(expand(provider, [group])) for group in GROUPS},
        "unsupported": dict(provider.unsupported),
        "regions": list(regions),
        "credentials": [sorted(names) for names in provider.credential_fields],
        "optional_credentials": sorted(provider.optional_credentials),
    }
