"""What volcano offers before anything is called."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.errors import CloudRejected, InvalidCredentials
from chalicelib.providers import get_provider
from chalicelib.providers.base import Connection, Credentials
from chalicelib.providers.kinds import expand
from chalicelib.providers.volcano import PROVIDER
from chalicelib.providers.volcano.endpoints import Endpoint, endpoint_of

ROOT = Path(__file__).parents[4]

SCRIPT = """
import sys
from chalicelib.providers import get_provider
provider = get_provider("volcano")
assert "ecs" in provider.asset_types
assert frozenset({"access_key_id", "access_key_secret"}) in provider.credential_fields
print([name for name in sys.modules if name.split(".")[0].startswith(("volcengine", "urllib3"))])
"""


def test_it_tells_about_itself_without_loading_its_sdk() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_is_registered() -> None:
    assert get_provider("volcano") is PROVIDER


SDK = """
import sys
import chalicelib.providers.volcano.cloud
loaded = {name.split(".")[0] for name in sys.modules}
print(sorted(name for name in loaded if name.startswith("volcengine")))
"""


def test_a_session_loads_the_core_of_the_sdk_and_no_product() -> None:
    done = subprocess.run([sys.executable, "-c", SDK], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['volcenginesdkcore']"


def test_a_family_stands_for_its_members() -> None:
    assert expand(PROVIDER, ["lb"]) == ("lb.clb", "lb.alb", "lb.nlb")
    assert expand(PROVIDER, ["rds"]) == ("rds.mysql", "rds.postgresql", "rds.sqlserver", "rds.vedb")


def test_no_types_given_means_all() -> None:
    assert expand(PROVIDER, []) == PROVIDER.asset_types


KEYS = {"access_key_id": "AKLTexample", "access_key_secret": "example-secret"}


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"access_key_id": "AKLTexample"},
        KEYS | {"access_key_secret": "   "},
        KEYS | {"access_key_id": " AKLTexample"},
        KEYS | {"security_token": "two\nlines"},
        KEYS | {"access_key_secret": "密钥"},
    ],
)
def test_credentials_that_cannot_sign_are_refused_at_once(values: dict[str, str]) -> None:
    with pytest.raises(InvalidCredentials) as refused:
        PROVIDER.connect(Connection(1, Credentials(values)))
    assert all(value not in refused.value.message for value in values.values() if value.strip())


def test_without_an_endpoint_the_sdk_chooses_one() -> None:
    assert endpoint_of(None) == Endpoint("https", None)


def test_the_endpoint_of_an_account_stands_for_all() -> None:
    assert endpoint_of("http://127.0.0.1:4566") == Endpoint("http", "127.0.0.1:4566")


@pytest.mark.parametrize("endpoint", ["127.0.0.1:4566", "ftp://host", "http://", "https://user:word@host"])
def test_an_endpoint_that_is_no_plain_url_is_refused(endpoint: str) -> None:
    with pytest.raises(CloudRejected, match="endpoint") as caught:
        endpoint_of(endpoint)
    assert "word@" not in caught.value.message
