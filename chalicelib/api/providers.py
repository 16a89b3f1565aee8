"""Which clouds there are, and what can be asked of each."""

from __future__ import annotations

from collections.abc import Collection

from chalicelib.api.routes import Routes
from chalicelib.api.views.service import ProvidersView, ProviderView
from chalicelib.container import current
from chalicelib.providers import get_provider, provider_names
from chalicelib.providers.kinds import ALIASES, GROUPS, expand

routes = Routes(__name__)


@routes.operation("GET", "/providers")
def list_providers() -> ProvidersView:
    """The clouds, their asset types and groups, and the credentials that they take."""
    listed = current().scope_store.regions(routes.tenant)
    known = current().accounts.regions(routes.tenant)
    return {
        "providers": [_shown(name, {*listed.get(name, ()), *known.get(name, ())}) for name in provider_names()],
        "aliases": dict(ALIASES),
    }


def _shown(name: str, regions: Collection[str]) -> ProviderView:
    provider = get_provider(name)
    return {
        "provider": name,
        "asset_types": list(provider.asset_types),
        "global_types": sorted(provider.global_types),
        "groups": {group: list(expand(provider, [group])) for group in GROUPS},
        "unsupported": dict(provider.unsupported),
        "regions": sorted(regions),
        "credentials": [sorted(names) for names in provider.credential_fields],
        "optional_credentials": sorted(provider.optional_credentials),
    }
