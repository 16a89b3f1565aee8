"""Tokens against an identity provider that signs with real keys and publishes them over HTTP."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from chalicelib.access.jwks import ASKED_EVERY, KEPT, KEPT_WITHOUT_ANSWER, LONGEST, Jwks
from chalicelib.access.oidc import Claims, OidcVerifier
from chalicelib.access.principal import Principal
from chalicelib.access.roles import Role
from chalicelib.errors import Unauthenticated, Unavailable
from tests.support.clock import FakeClock
from tests.support.identity import AUDIENCE, ISSUER, IdentityProvider, claims

ROLES = {"viewer": Role.VIEWER, "operator": Role.OPERATOR, "cam-admins": Role.ADMIN}


def verifier_of(provider: IdentityProvider, clock: FakeClock, **changes: Any) -> OidcVerifier:
    mapping = Claims(**({"role": "roles", "roles": ROLES, "tenant": "tenant"} | changes))
    return OidcVerifier(ISSUER, AUDIENCE, Jwks(provider.url, clock=clock), mapping)


@pytest.fixture
def verifier(provider: IdentityProvider, clock: FakeClock) -> OidcVerifier:
    return verifier_of(provider, clock)


def part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content, default=lambda at: int(at.timestamp())).encode()).decode()


@pytest.mark.parametrize(("algorithm", "kid"), [("RS256", "rsa-1"), ("ES256", "ec-1")])
def test_a_token_of_the_provider_tells_tenant_subject_and_role(
    provider: IdentityProvider, verifier: OidcVerifier, algorithm: str, kid: str
) -> None:
    token = provider.token(algorithm=algorithm, kid=kid)
    assert verifier.principal(token) == Principal("blue", "ann", Role.OPERATOR)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"exp": -timedelta(minutes=1)}, "the token has expired"),
        ({"nbf": timedelta(minutes=5)}, "not valid yet"),
        ({"aud": "another"}, "another audience"),
        ({"aud": None}, "must have the claims"),
        ({"iss": "https://evil.example.test/"}, "another issuer"),
        ({"iss": ISSUER.rstrip("/")}, "another issuer"),
        ({"iss": None}, "must have the claims"),
        ({"exp": None}, "must have the claims"),
        ({"sub": None}, "must have the claims"),
        ({"sub": ""}, "1 to 128 printable"),
        ({"sub": "a" * 129}, "1 to 128 printable"),
        ({"sub": "a\nb"}, "1 to 128 printable"),
        ({"tenant": None}, "names no tenant"),
        ({"tenant": "../other"}, "names no tenant"),
        ({"tenant": "Blue"}, "names no tenant"),
        ({"tenant": ["blue"]}, "names no tenant"),
        ({"tenant": "a" * 64}, "names no tenant"),
        ({"roles": None}, "names no role"),
        ({"roles": "owner"}, "names no role"),
        ({"roles": {"admin": True}}, "names no role"),
        ({"roles": [["operator"], {"a": 1}]}, "names no role"),
    ],
)
def test_a_token_that_is_not_for_us_now_or_says_too_little_is_refused(
    provider: IdentityProvider, verifier: OidcVerifier, changes: dict[str, Any], told: str
) -> None:
    """Times are told from now."""
    now = datetime.now(UTC)
    claims: dict[str, Any] = {
        name: now + value if isinstance(value, timedelta) else value for name, value in changes.items()
    }
    with pytest.raises(Unauthenticated, match=told):
        verifier.principal(provider.token(**claims))


def test_clocks_may_differ_by_seconds(provider: IdentityProvider, verifier: OidcVerifier) -> None:
    token = provider.token(exp=datetime.now(UTC) - timedelta(seconds=2))
    assert verifier.principal(token).subject == "ann"


def test_an_unsigned_token_is_refused(verifier: OidcVerifier) -> None:
    for alg in ("none", "None", "NONE", ""):
        token = f"{part({'alg': alg, 'kid': 'rsa-1'})}.{part(claims())}."
        with pytest.raises(Unauthenticated):
            verifier.principal(token.replace("=", ""))


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused(
    provider: IdentityProvider, verifier: OidcVerifier
) -> None:
    import hashlib  # noqa: PLC0415
    import hmac  # noqa: PLC0415

    public = provider.rsa.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = f"{part({'alg': 'HS256', 'kid': 'rsa-1'})}.{part(claims())}".replace("=", "")
    signature = base64.urlsafe_b64encode(hmac.digest(public, signed.encode(), hashlib.sha256)).decode().rstrip("=")
    with pytest.raises(Unauthenticated, match="not signed with one of RS256"):
        verifier.principal(f"{signed}.{signature}")


def test_a_symmetric_key_is_not_taken_even_when_it_is_published(
    provider: IdentityProvider, verifier: OidcVerifier
) -> None:
    secret = b"s" * 32
    provider.published.append({"kty": "oct", "kid": "shared", "k": base64.urlsafe_b64encode(secret).decode()})
    with pytest.raises(Unauthenticated):
        verifier.principal(provider.token(key=secret, algorithm="HS256", kid="shared"))


def test_a_token_of_another_signer_under_a_known_kid_is_refused(
    provider: IdentityProvider, verifier: OidcVerifier
) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    with pytest.raises(Unauthenticated, match="not valid"):
        verifier.principal(provider.token(key=stranger))


def test_a_key_of_one_kind_does_not_check_signatures_of_another(
    provider: IdentityProvider, verifier: OidcVerifier
) -> None:
    with pytest.raises(Unauthenticated, match="not valid"):
        verifier.principal(provider.token(algorithm="ES256", kid="rsa-1"))


def test_a_token_that_was_tampered_with_is_refused(provider: IdentityProvider, verifier: OidcVerifier) -> None:
    header, _, signature = provider.token().split(".")
    forged = part(claims(roles=["cam-admins"])).replace("=", "")
    with pytest.raises(Unauthenticated, match="not valid"):
        verifier.principal(f"{header}.{forged}.{signature}")


@pytest.mark.parametrize("token", ["a", "a.b.c", "....", "ä.ö.ü", "e30.e30.e30", "." * 100])
def test_what_is_no_token_is_refused(verifier: OidcVerifier, token: str) -> None:
    with pytest.raises(Unauthenticated):
        verifier.principal(token)


def test_a_token_must_name_its_key(provider: IdentityProvider, verifier: OidcVerifier) -> None:
    with pytest.raises(Unauthenticated, match="no kid"):
        verifier.principal(provider.token(kid=None))


# --- claims -----------------------------------------------------------------------------------------------------


def test_of_several_roles_the_largest_counts(provider: IdentityProvider, verifier: OidcVerifier) -> None:
    token = provider.token(roles=["viewer", "cam-admins", "unknown", "operator"])
    assert verifier.principal(token).role is Role.ADMIN


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("realm_access.roles", {"realm_access": {"roles": ["viewer"]}}),
        ("https://cam.example.test/role", {"https://cam.example.test/role": "viewer"}),
        ("cognito:groups", {"cognito:groups": ["viewer"]}),
    ],
)
def test_the_claim_of_the_role_may_have_any_name_and_lie_inside_another(
    provider: IdentityProvider, clock: FakeClock, name: str, given: dict[str, Any]
) -> None:
    verifier = verifier_of(provider, clock, role=name)
    assert verifier.principal(provider.token(roles=None, **given)).role is Role.VIEWER


def test_a_fixed_tenant_is_everybodys_whatever_the_token_says(provider: IdentityProvider, clock: FakeClock) -> None:
    verifier = verifier_of(provider, clock, fixed_tenant="green")
    assert verifier.principal(provider.token(tenant="blue")).tenant == "green"


# --- the provider's keys ----------------------------------------------------------------------------------------


def test_the_keys_are_asked_for_once_for_many_tokens_and_again_when_they_are_old(
    provider: IdentityProvider, verifier: OidcVerifier, clock: FakeClock
) -> None:
    for _ in range(5):
        verifier.principal(provider.token())
    assert provider.asked == 1
    clock.advance(KEPT.total_seconds())
    verifier.principal(provider.token())
    assert provider.asked == 2


def test_a_new_key_is_found_and_unknown_ones_make_no_flood_of_questions(
    provider: IdentityProvider, verifier: OidcVerifier, clock: FakeClock
) -> None:
    verifier.principal(provider.token())
    fresh = provider.published[0] | {"kid": "rsa-2"}
    provider.published = [fresh]
    for number in range(20):
        with pytest.raises(Unauthenticated, match="does not publish"):
            verifier.principal(provider.token(kid=f"made-up-{number}"))
    assert provider.asked == 1
    clock.advance(ASKED_EVERY.total_seconds())
    assert verifier.principal(provider.token(kid="rsa-2")).subject == "ann"
    assert provider.asked == 2
    with pytest.raises(Unauthenticated, match="does not publish"):
        verifier.principal(provider.token(kid="rsa-1"))


@pytest.mark.parametrize(
    ("status", "raw"),
    [
        (500, None),
        (302, None),
        (200, b"<html>"),
        (200, b'{"keys": 7}'),
        (200, b"[" * 10_000),
        (200, b" " * (LONGEST + 1)),
    ],
)
def test_without_the_providers_keys_nobody_is_let_in_nor_called_wrong(
    provider: IdentityProvider, verifier: OidcVerifier, status: int, raw: bytes | None
) -> None:
    provider.status, provider.raw = status, raw
    with pytest.raises(Unavailable):
        verifier.principal(provider.token())
    assert provider.asked == 1


def test_a_provider_that_is_away_for_minutes_locks_nobody_out_and_for_an_hour_everybody(
    provider: IdentityProvider, verifier: OidcVerifier, clock: FakeClock
) -> None:
    verifier.principal(provider.token())
    provider.status = 503
    clock.advance(KEPT.total_seconds())
    assert verifier.principal(provider.token()).subject == "ann"
    clock.advance((KEPT_WITHOUT_ANSWER - KEPT).total_seconds())
    with pytest.raises(Unavailable):
        verifier.principal(provider.token())
    provider.status = 200
    clock.advance(ASKED_EVERY.total_seconds())
    assert verifier.principal(provider.token()).subject == "ann"


def test_a_key_that_is_for_encryption_or_of_a_kind_not_known_here_is_passed_over(
    provider: IdentityProvider, verifier: OidcVerifier
) -> None:
    provider.published.append(provider.published[0] | {"kid": "enc", "use": "enc"})
    provider.published.append({"kty": "EC", "crv": "P-0", "x": "", "y": "", "kid": "odd"})
    provider.published.append({"kty": "RSA"})
    for kid in ("enc", "odd"):
        with pytest.raises(Unauthenticated, match="does not publish"):
            verifier.principal(provider.token(kid=kid))
    assert verifier.principal(provider.token()).subject == "ann"


def test_nothing_of_a_token_is_repeated(provider: IdentityProvider, verifier: OidcVerifier) -> None:
    for token in (provider.token(aud="canary-1"), provider.token(tenant="Canary"), provider.token(roles="canary")):
        with pytest.raises(Unauthenticated) as refused:
            verifier.principal(token)
        assert "canary" not in refused.value.message.lower()
