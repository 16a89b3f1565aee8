"""Reading the environment."""

from __future__ import annotations

import pytest

from chalicelib.settings import SettingsError, load

NEEDED = {"CAM_MONGODB_URI": "mongodb://here"}
OIDC = {
    "CAM_AUTHENTICATION": "oidc",
    "CAM_OIDC_ISSUER": "https://login.example.test/",
    "CAM_OIDC_AUDIENCE": "cam",
    "CAM_OIDC_JWKS_URL": "https://login.example.test/keys",
}
QUEUES = {f"CAM_QUEUE_{lane}_URL": "https://queue" for lane in ("HIGH", "NORMAL", "LOW")}


def test_the_store_is_given_by_its_address_or_by_the_parameter_that_holds_it() -> None:
    by_address = load({**QUEUES, "CAM_MONGODB_URI": "mongodb://here"})
    by_parameter = load({**QUEUES, "CAM_MONGODB_URI_PARAMETER": "/cam/prod/mongodb-uri"})
    assert by_address.mongodb_uri is not None
    assert by_address.mongodb_uri.get_secret_value() == "mongodb://here"
    assert (by_parameter.mongodb_uri, by_parameter.mongodb_uri_parameter) == (None, "/cam/prod/mongodb-uri")


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"CAM_MONGODB_URI: .*CAM_MONGODB_URI_PARAMETER.*CAM_QUEUE_HIGH_URL"):
        load({})


def test_what_is_wrong_is_named_and_not_shown() -> None:
    with pytest.raises(SettingsError, match="CAM_BEAT_SECONDS") as caught:
        load({**QUEUES, "CAM_MONGODB_URI": "mongodb://u:secret@here", "CAM_BEAT_SECONDS": "-7"})
    assert "secret" not in str(caught.value)
    assert "-7" not in str(caught.value)


def test_on_one_machine_authentication_is_off_unless_it_is_set() -> None:
    assert load({**QUEUES, **NEEDED}).authentication == "off"
    assert load({**QUEUES, **NEEDED, "CAM_AUTHENTICATION": "keys"}).authentication == "keys"


@pytest.mark.parametrize("authentication", [{}, {"CAM_AUTHENTICATION": "off"}])
def test_a_deployed_stage_does_not_start_without_authentication(authentication: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="CAM_AUTHENTICATION: a deployed stage cannot do without"):
        load({**QUEUES, **NEEDED, "CAM_STAGE": "prod", **authentication})
    assert load({**QUEUES, **NEEDED, "CAM_STAGE": "prod", "CAM_AUTHENTICATION": "keys"}).stage == "prod"


def test_tokens_need_issuer_audience_and_keys_and_deployed_over_https() -> None:
    for name in ("CAM_OIDC_ISSUER", "CAM_OIDC_AUDIENCE", "CAM_OIDC_JWKS_URL"):
        with pytest.raises(SettingsError, match=f"{name}: required with CAM_AUTHENTICATION=oidc"):
            load({**QUEUES, **NEEDED, **OIDC, name: ""})
    in_clear = {**OIDC, "CAM_OIDC_JWKS_URL": "http://127.0.0.1:9/keys"}
    assert load({**QUEUES, **NEEDED, **in_clear}).oidc_jwks_url == "http://127.0.0.1:9/keys"
    with pytest.raises(SettingsError, match="CAM_OIDC_JWKS_URL: must begin with https"):
        load({**QUEUES, **NEEDED, **in_clear, "CAM_STAGE": "prod"})


def test_the_providers_names_of_roles_are_pairs() -> None:
    settings = load({**QUEUES, **NEEDED, **OIDC, "CAM_OIDC_ROLES": "cam-readers=viewer, team=ops=admin"})
    assert settings.oidc_roles == {"cam-readers": "viewer", "team=ops": "admin"}
    for wrong in ("admin", "a=owner", "=admin", "a=admin,"):
        with pytest.raises(SettingsError, match="CAM_OIDC_ROLES"):
            load({**QUEUES, **NEEDED, **OIDC, "CAM_OIDC_ROLES": wrong})
