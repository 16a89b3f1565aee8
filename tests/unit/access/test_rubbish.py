"""Rubbish for whoever checks credentials: it is refused as such, and nothing else comes of it."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.access.authentication import Authenticator
from chalicelib.access.jwks import Jwks
from chalicelib.access.key_store import KeyStore
from chalicelib.access.keys import ApiKeys
from chalicelib.access.oidc import Claims, OidcVerifier
from chalicelib.access.principal import Principal
from chalicelib.access.roles import Role
from chalicelib.errors import Unauthenticated, Unavailable
from tests.support.clock import FakeClock
from tests.support.identity import AUDIENCE, ISSUER, IdentityProvider, claims


def nested(leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=8,
    )


json_values = nested(st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text())
anything = nested(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800"))
numbers = st.sampled_from([float("inf"), float("nan"), 10**400, -(10**400), "1", "", [], {}, True]) | anything
bytes_as_text = st.binary().map(lambda raw: raw.decode("latin-1"))
rubbish = settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def part(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


headers = st.fixed_dictionaries(
    {},
    optional={
        "alg": st.sampled_from(["RS256", "ES256", "none", "HS256"]) | anything,
        "kid": st.sampled_from(["rsa-1", "ec-1"]) | anything,
        "typ": anything,
        "crit": anything,
        "b64": anything,
        "zip": anything,
    },
)
parts = (anything | headers).map(part) | st.binary().map(part) | bytes_as_text
tokens = (
    st.text()
    | bytes_as_text
    | st.lists(parts, min_size=2, max_size=5).map(".".join)
    | st.tuples(headers.map(part), parts, parts).map(".".join)
    | st.from_regex(r"cam_[0-9a-f]{16}_[A-Za-z0-9_-]{43}", fullmatch=True)
    | st.text().map("cam_".__add__)
    | st.just("\ud800.\ud800.\ud800")
)
written = tokens.map("Bearer ".__add__) | tokens | st.tuples(st.text(), tokens).map(" ".join)


class Nobody(KeyStore):
    """A store in which there is no key."""

    def __init__(self) -> None: ...

    def get(self, key_id: str) -> None:
        return None


def verifier_of(provider: IdentityProvider) -> OidcVerifier:
    mapping = Claims("roles", {"viewer": Role.VIEWER, "operator": Role.OPERATOR}, "tenant")
    return OidcVerifier(ISSUER, AUDIENCE, Jwks(provider.url, clock=FakeClock()), mapping)


@pytest.fixture
def authenticator(provider: IdentityProvider, clock: FakeClock) -> Authenticator:
    return Authenticator(keys=ApiKeys(Nobody(), clock=clock), oidc=verifier_of(provider))


@given(header=written)
@rubbish
def test_a_header_that_nobody_signed_is_refused_and_not_repeated(authenticator: Authenticator, header: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        authenticator.principal(header)
    assert refused.value.message.isascii()
    assert len(refused.value.message) < 200


@given(
    changes=st.fixed_dictionaries(
        {},
        optional={
            "exp": numbers,
            "nbf": numbers,
            "iat": numbers,
            "iss": st.just([ISSUER]) | anything,
            "aud": st.just([AUDIENCE]) | anything,
            "sub": anything,
            "jti": anything,
            "tenant": anything,
            "roles": st.lists(st.just("operator") | anything, max_size=3) | anything,
        },
    )
)
@rubbish
def test_of_claims_that_the_provider_signed_only_what_is_meant_comes_of_it(
    provider: IdentityProvider, authenticator: Authenticator, changes: dict[str, Any]
) -> None:
    whole = {**claims(exp=int(datetime.now(UTC).timestamp()) + 300), **changes}
    payload = json.dumps(whole).encode()
    token = jwt.api_jws.encode(payload, provider.ec, algorithm="ES256", headers={"kid": "ec-1"})
    try:
        known = authenticator.principal(f"Bearer {token}")
    except Unauthenticated:
        return
    assert isinstance(known, Principal)
    assert (known.tenant, known.subject) == (whole["tenant"], whole["sub"])
    assert known.role.value in (whole["roles"] if isinstance(whole["roles"], list) else [whole["roles"]])
    assert whole["iss"] == ISSUER
    assert AUDIENCE in (whole["aud"] if isinstance(whole["aud"], list) else [whole["aud"]])


members = st.sampled_from(["rsa-1", "sig", "RS256", "P-256", "Ed25519", "AQAB", "AQ", "A" * 43, "A" * 342])
published = st.fixed_dictionaries(
    {"kty": st.sampled_from(["RSA", "EC", "OKP", "oct"]) | json_values, "kid": st.just("rsa-1") | json_values},
    optional=dict.fromkeys(("use", "alg", "crv", "n", "e", "x", "y", "d", "k", "x5c"), members | json_values),
)
documents = (
    st.binary()
    | anything.map(lambda it: json.dumps(it).encode())
    | st.lists(published | anything, max_size=4).map(lambda keys: json.dumps({"keys": keys}).encode())
)


@given(document=documents)
@rubbish
def test_whatever_the_provider_publishes_lets_nobody_in_and_breaks_nothing(
    provider: IdentityProvider, document: bytes
) -> None:
    provider.raw = document
    with pytest.raises((Unauthenticated, Unavailable)):
        verifier_of(provider).principal(provider.token())


@given(odd=st.lists(published, max_size=4))
@rubbish
def test_odd_keys_beside_a_good_one_do_not_keep_it_from_being_known(
    provider: IdentityProvider, odd: list[dict[str, Any]]
) -> None:
    beside = [key for key in odd if key.get("kid") != "ec-1"]
    provider.raw = json.dumps({"keys": [*beside, *provider.published[1:], *beside]}).encode()
    assert verifier_of(provider).principal(provider.token(kid="ec-1", algorithm="ES256")).subject == "ann"
