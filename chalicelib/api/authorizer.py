"""The function that API Gateway asks who a caller is, before it lets a request through."""

from __future__ import annotations

from typing import Any

from chalice.app import AuthRequest, AuthResponse, Blueprint

from chalicelib.container import current
from chalicelib.errors import Unauthenticated

guard = Blueprint(__name__)

REMEMBERED_SECONDS = 30
"""How long the gateway takes the answer for the same header, for every path: a key that is revoked, or a token that
expires, works this much longer.
"""
NOTHING_SHOWN = "send the header Authorization: Bearer followed by an API key or a token of your identity provider"
NOT_CHECKED = "who you are could not be checked; try again"
REASON = "reason"
NOBODY = "nobody"


@guard.authorizer(ttl_seconds=REMEMBERED_SECONDS, name="authorize")
def authorize(request: AuthRequest) -> AuthResponse | dict[str, Any]:
    """Lets whoever is known in everywhere, as the answer holds for every path; roles are checked behind it."""
    try:
        known = current().authenticator.principal(request.token)
    except Unauthenticated as error:
        denied = {"Action": "execute-api:Invoke", "Effect": "Deny", "Resource": ["*"]}
        policy = {"Version": "2012-10-17", "Statement": [denied]}
        return {"principalId": NOBODY, "policyDocument": policy, "context": {REASON: error.message}}
    return AuthResponse(
        routes=["*"], principal_id=known.subject, context={"tenant": known.tenant, "role": known.role.value}
    )
