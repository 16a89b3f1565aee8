"""Who is asking, once that is known."""

from __future__ import annotations

from dataclasses import dataclass

from chalicelib.access.roles import Role
from chalicelib.tasks.model import DEFAULT_TENANT

LONGEST_SUBJECT = 128
OPERATORS = DEFAULT_TENANT
"""The tenant of those who run the service: its admins alone may do what touches every tenant, as pausing a lane."""


@dataclass(frozen=True, slots=True)
class Principal:
    """``subject`` is ``key:<id>`` or the ``sub`` of an OIDC token."""

    tenant: str
    subject: str
    role: Role
