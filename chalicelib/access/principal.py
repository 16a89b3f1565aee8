"""Who is asking, once that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints

from chalicelib.access.roles import Role
from chalicelib.tasks.model import DEFAULT_TENANT

TenantName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
"""Part of ids, of paths in the parameter store and of exported files: nothing in it needs escaping there."""

LONGEST_SUBJECT = 128
OPERATORS = DEFAULT_TENANT
"""The tenant of those who run the service: its admins alone may do what touches every tenant, as pausing a lane."""


@dataclass(frozen=True, slots=True)
class Principal:
    """``subject`` is ``key:<id>`` or the ``sub`` of an OIDC token."""

    tenant: str
    subject: str
    role: Role
