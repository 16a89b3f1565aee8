"""What tencent offers before anything is called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.errors import CloudRejected, InvalidCredentials
from chalicelib.providers import get_provider
from chalicelib.providers.base import Connection, Credentials
from chalicelib.providers.kinds import KINDS, expand, kind_of
from chalicelib.providers.tencent import PROVIDER
from chalicelib.providers.tencent.endpoints import Endpoint, endpoint_of

ROOT = Path(__file__).parents[4]

SCRIPT = """
import sys
from chalicelib.providers import get_provider
provider = get_provider("tencent")
assert "ecs" in provider.asset_types
assert frozenset({"access_key_id", "access_key_secret"}) in provider.credential_fields
print([name for name in sys.modules if name.split(".")[0] in ("tencentcloud", "requests")])
"""


def test_it_tells_about_itself_without_loading_its_sdk() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_is_registered() -> None:
    assert get_provider("tencent") is PROVIDER


def test_a_family_stands_for_its_members() -> None:
    assert expand(PROVIDER, ["lb"]) == ("lb.clb", "lb.alb", "lb.gwlb")
    assert expand(PROVIDER, ["waf"]) == ("waf.mainland", "waf.overseas")
    assert set(expand(PROVIDER, ["db"])) >= {"rds.mysql", "rds.postgres", "redis", "mongodb"}


def test_it_lacks_no_kind() -> None:
    assert {kind_of(name) for name in PROVIDER.asset_types} | PROVIDER.unsupported.keys() == set(KINDS)


KEYS = {"access_key_id": "AKIDEXAMPLE", "access_key_secret": "example-secret"}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"access_key_id": "AKIDEXAMPLE"},
        KEYS | {"access_key_secret": "   "},
        KEYS | {"access_key_id": " AKIDEXAMPLE"},
        KEYS | {"security_token": "two\nlines"},
        KEYS | {"access_key_secret": "密钥"},
    ],
)
def test_credentials_that_cannot_sign_are_refused_at_once(values: dict[str, str]) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        PROVIDER.connect(Connection(1, Credentials(values)))
    assert all(value not in refused.value.message for value in values.values() if value.strip())


@pytest.mark.parametrize(
    ("product", "region", "host"),
    [
        ("cvm", "ap-guangzhou", "cvm.tencentcloudapi.com"),
        ("cdn", "", "cdn.tencentcloudapi.com"),
        ("cos", "", "service.cos.myqcloud.com"),
        ("cvm", "ap-shanghai-fsi", "cvm.ap-shanghai-fsi.tencentcloudapi.com"),
    ],
)
def test_public_endpoints_are_reached_by_https_and_financial_regions_at_their_own(
    product: str, region: str, host: str
) -> None:
    assert endpoint_of(product, region, None) == Endpoint("https", host)


def test_the_endpoint_of_an_account_stands_for_all() -> None:
    assert endpoint_of("vpc", "ap-guangzhou", "http://127.0.0.1:4566") == Endpoint("http", "127.0.0.1:4566")


@pytest.mark.parametrize("endpoint", ["127.0.0.1:4566", "ftp://host", "http://", "https://user:word@host"])
def test_an_endpoint_that_is_no_plain_url_is_refused(endpoint: str) -> None:
    with pytest.raises(CloudRejected, match="endpoint") as caught:
        endpoint_of("cvm", "ap-guangzhou", endpoint)
    assert "word@" not in caught.value.message
