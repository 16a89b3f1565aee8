"""Tokens of an OpenID Connect provider: signed JWTs, checked against the keys that the provider publishes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from pydantic import TypeAdapter, ValidationError

from chalicelib.access.jwks import Jwks
from chalicelib.access.principal import LONGEST_SUBJECT, Principal
from chalicelib.access.roles import Role
from chalicelib.clock import Clock
from chalicelib.errors import Unauthenticated
from chalicelib.settings import Settings, TenantName

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Asymmetric ones alone: whoever knows a published key cannot sign with it."""
LEEWAY_SECONDS = 10
REQUIRED = ("exp", "iss", "aud", "sub")

_TENANT: TypeAdapter[str] = TypeAdapter(TenantName)


@dataclass(frozen=True, slots=True)
class Claims:
    """Where a token says tenant and role. A claim inside another one is named with dots (``realm_access.roles``).

    ``roles`` maps what the provider calls a role or group to a role here. ``tenant`` is everybody's, where no claim is
    to tell it.
    """

    role: str
    roles: Mapping[str, Role]
    tenant: str
    fixed_tenant: str | None = None


class OidcVerifier:
    def __init__(self, issuer: str, audience: str, jwks: Jwks, claims: Claims) -> None:
        self._issuer = issuer
        self._audience = audience
        self._jwks = jwks
        self._claims = claims

    @classmethod
    def of(cls, settings: Settings, *, clock: Clock) -> OidcVerifier:
        claims = Claims(
            role=settings.oidc_role_claim,
            roles={name: Role(role) for name, role in settings.oidc_roles.items()},
            tenant=settings.oidc_tenant_claim,
            fixed_tenant=settings.oidc_tenant,
        )
        jwks = Jwks(str(settings.oidc_jwks_url), clock=clock)
        return cls(str(settings.oidc_issuer), str(settings.oidc_audience), jwks, claims)

    def principal(self, token: str) -> Principal:
        """Raises Unauthenticated, and Unavailable when the provider's keys cannot be had."""
        claims = self._checked(token)
        subject = claims["sub"]
        if not subject or len(subject) > LONGEST_SUBJECT or not subject.isprintable():
            raise Unauthenticated(f"the token's sub must have 1 to {LONGEST_SUBJECT} printable characters")
        return Principal(self._tenant(claims), subject, self._role(claims))

    def _checked(self, token: str) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise Unauthenticated(f"the token is not signed with one of {', '.join(ALGORITHMS)}")
            key = self._jwks.key(header.get("kid"))
            return jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._audience,
                issuer=self._issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": list(REQUIRED)},
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated(_REASONS.get(type(error), "the token is not valid")) from None

    def _tenant(self, claims: Mapping[str, Any]) -> str:
        if self._claims.fixed_tenant is not None:
            return self._claims.fixed_tenant
        try:
            return _TENANT.validate_python(_found(claims, self._claims.tenant), strict=True)
        except ValidationError:
            raise Unauthenticated(
                f"the token's claim {self._claims.tenant} names no tenant: small letters, digits and hyphens"
            ) from None

    def _role(self, claims: Mapping[str, Any]) -> Role:
        """The largest of the roles that the token names."""
        given = _found(claims, self._claims.role)
        names = given if isinstance(given, list) else [given]
        roles = [role for name, role in self._claims.roles.items() if name in names]
        if not roles:
            raise Unauthenticated(f"the token's claim {self._claims.role} names no role of this service")
        return max(roles, key=list(Role).index)


_REASONS: dict[type[jwt.PyJWTError], str] = {
    jwt.ExpiredSignatureError: "the token has expired: sign in again",
    jwt.ImmatureSignatureError: "the token is not valid yet",
    jwt.InvalidAudienceError: "the token is for another audience",
    jwt.InvalidIssuerError: "the token is of another issuer",
    jwt.MissingRequiredClaimError: f"the token must have the claims {', '.join(REQUIRED)}",
}


def _found(claims: Mapping[str, Any], name: str) -> Any:
    """A claim of just this name, or else the one that its dots lead to."""
    if name in claims:
        return claims[name]
    found: Any = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
