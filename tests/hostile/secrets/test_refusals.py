"""What a cloud says is told to people only without the secrets in it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import pytest

import chalicelib.logs  # noqa: F401 - as in every function: it says what of other loggers is heard
from chalicelib.errors import TaskError
from chalicelib.providers import get_provider
from chalicelib.providers.aws import AwsProvider
from chalicelib.providers.aws.transport import Transport
from chalicelib.providers.base import Cloud, Connection, Credentials, Provider
from chalicelib.providers.retry import no_retries
from infra.local.clouds.server import CloudServer
from tests.hostile.secrets.accounts import ACCOUNTS, SERVICE, Marked
from tests.hostile.secrets.conftest import Census
from tests.hostile.secrets.talkative import CODES, FORMS, PLACES, Saying, Talkative
from tests.support.canary import Canary

ONE_TRY: dict[str, Provider] = {"aws": AwsProvider(transport=Transport(attempts=1))}
"""Of AWS, as its SDK waits by the clock."""


@dataclass
class Session:
    cloud: Cloud
    fake: Talkative
    account: Marked
    canary: Canary
    log: pytest.LogCaptureFixture

    def told(self, call: Callable[[], object], saying: Saying) -> str:
        """All that can be seen of how the call failed."""
        self.fake.saying = saying
        self.log.clear()
        try:
            call()
        except TaskError as error:
            shown = [str(error), repr(error), repr(vars(error)), *traceback.format_exception(error), self.log.text]
            return "\n".join(shown)
        raise AssertionError("the cloud should have refused")

    def list_first(self, asset_type: str) -> None:
        region = "global" if asset_type == "oss" else self.account.region
        next(self.cloud.pages(region, asset_type))

    def leaks(self, asset_type: str, ways: Sequence[tuple[str, str, str]], census: Census) -> list[tuple[str, ...]]:
        """Which secret was told when the cloud said it in which way."""
        secrets = self.account.secrets | (SERVICE if self.account.name == "aws_role" else {})
        if self.fake.refuses_roles:  # what it has not issued, nobody knows
            secrets = {name: secret for name, secret in secrets.items() if "_issued_" not in name}
        leaks: list[tuple[str, ...]] = []
        for name, secret in secrets.items():
            for form, kind, place in ways:
                saying = Saying(FORMS[form](secret), kind, place)
                if self.canary.found_in(self.told(lambda: self.list_first(asset_type), saying)):
                    leaks.append((name, form, kind, place))
        searched = self.canary.searched
        census.add(self.account.provider, secrets=secrets, ways=len(ways), searched=searched, found=len(leaks))
        return leaks


@pytest.fixture
def session(account: Marked, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[Session]:
    for name, value in SERVICE.items():
        monkeypatch.setenv(name, value)
    caplog.set_level(logging.INFO)
    fake = Talkative(account)
    provider = ONE_TRY.get(account.provider) or get_provider(account.provider)
    with CloudServer(fake) as server:
        cloud = provider.connect(Connection(1, Credentials(account.credentials), server.url), sleep=no_retries)
        yield Session(cloud, fake, account, Canary(**account.secrets, **SERVICE), caplog)


FEW_FORMS = ("as it is", "percent-encoded", "in base64 behind a name", "its middle")
WAYS = [(form, kind, "message") for form in FORMS for kind in CODES] + [
    (form, "other", place) for form in FEW_FORMS for place in PLACES
]


LISTED = [
    pytest.param(account, asset_type, id=f"{account.name}-{asset_type}")
    for account in ACCOUNTS
    for asset_type in ("ecs", "oss")
    if asset_type in get_provider(account.provider).asset_types
]
"""The object storages have protocols of their own."""


@pytest.mark.parametrize(("account", "asset_type"), LISTED)
def test_no_error_of_a_cloud_tells_a_secret(session: Session, asset_type: str, census: Census) -> None:
    assert session.leaks(asset_type, WAYS, census) == []
    assert session.fake.requests["any"] >= session.canary.searched


@pytest.mark.parametrize("account", [account for account in ACCOUNTS if account.issued], ids=lambda one: one.name)
def test_no_refused_role_tells_a_secret(session: Session, census: Census) -> None:
    session.fake.refuses_roles = True
    ways = [(form, kind, "message") for form in FORMS for kind in ("signature", "denied", "other")]
    assert session.leaks("ecs", ways, census) == []
