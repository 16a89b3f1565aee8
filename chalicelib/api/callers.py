"""Routes of who may call: API keys, and whom the service takes a caller for."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, StringConstraints

from chalicelib.access.roles import Role
from chalicelib.api.endpoint import principal
from chalicelib.api.logs import logs_of
from chalicelib.api.routes import Routes
from chalicelib.api.views.access import CallerView, KeysView, NewKeyView, key_view
from chalicelib.container import current
from chalicelib.strict import Strict

routes = Routes(__name__)

DEFAULT_DAYS = 90
MOST_DAYS = 366


class NewKey(Strict):
    """A key of the caller's own tenant. ``name`` says what uses it; it works for ``expires_in_days``."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
    role: Annotated[Role, Field(strict=False)]
    expires_in_days: Annotated[int, Field(ge=1, le=MOST_DAYS)] = DEFAULT_DAYS


@routes.operation("POST", "/keys", body=NewKey, status=201)
def create_key(new: NewKey) -> NewKeyView:
    """The answer is the only place where the key itself is ever shown."""
    by = principal(routes.current_request)
    key, text = current().keys.mint(
        by.tenant, new.role, new.name, lifetime=timedelta(days=new.expires_in_days), by=by.subject
    )
    return {**key_view(key), "key": text}


@routes.operation("GET", "/keys")
def list_keys() -> KeysView:
    """Newest first, the revoked and expired ones too."""
    found = current().keys.list(routes.tenant)
    return {"keys": [key_view(key) for key in found], "total": len(found)}


@routes.operation("DELETE", "/keys/{key_id}")
def revoke_key(key_id: str) -> None:
    """It may be accepted for half a minute more, as the gateway remembers whom it let in."""
    current().keys.revoke(routes.tenant, key_id)


@routes.operation("GET", "/whoami")
def whoami() -> CallerView:
    by = principal(routes.current_request)
    return {
        "tenant": by.tenant,
        "subject": by.subject,
        "role": by.role.value,
        "authentication": current().settings.authentication,
        "logs": logs_of(current().settings, by),
    }
