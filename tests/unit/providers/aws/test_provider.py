from __future__ import annotations

import subprocess
import sys

import pytest

from chalicelib.errors import InvalidCredentials
from chalicelib.providers.aws import PROVIDER
from chalicelib.providers.base import Connection, Credentials, Provider

ROLE = {"role_arn": "arn:aws:iam::111122223333:role/inventory"}
KEYS = {"access_key_id": "AKIAEXAMPLE", "access_key_secret": "secret"}


def test_aws_offers_what_the_contract_asks_for() -> None:
    provider: Provider = PROVIDER
    assert provider.name == "aws"
    assert {"ecs", "lb.classic", "lb.v2", "elasticsearch"} <= set(provider.asset_types)
    assert provider.global_types == {"cdn", "waf.cloudfront", "dns", "oss"}
    assert not set(provider.unsupported) & set(provider.asset_types)
    assert provider.credential_fields[0] == {"role_arn", "external_id"}


def test_importing_the_provider_loads_no_sdk() -> None:
    code = "import sys, chalicelib.providers.aws; sys.exit(any(name in sys.modules for name in ('boto3', 'botocore')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"external_id": "x"},
        {"access_key_id": "AKIAEXAMPLE"},
        {"access_key_id": "AKIAEXAMPLE", "access_key_secret": " "},
        KEYS | {"session_token": "two\nlines"},
        KEYS | {"access_key_secret": "密钥"},
    ],
)
def test_credentials_that_cannot_sign_are_refused_at_once(values: dict[str, str]) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        PROVIDER.connect(Connection(1, Credentials(values)))
    assert all(value not in refused.value.message for value in values.values() if value.strip(" x"))


def test_a_role_needs_credentials_of_this_service(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(InvalidCredentials, match="no AWS credentials of its own"):
        PROVIDER.connect(Connection(1, Credentials(ROLE | {"external_id": "shared"})))


@pytest.mark.parametrize("without", [{}, {"external_id": ""}, {"external_id": "  "}])
def test_a_role_is_never_assumed_without_an_external_id(without: dict[str, str]) -> None:
    with pytest.raises(InvalidCredentials, match="no external_id: give both, by PUT"):
        PROVIDER.connect(Connection(1, Credentials(ROLE | without)))
