"""The demo accounts, made over HTTP like any other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

import httpx

from infra.local.config import Config

ACCOUNTS_PATH = "/api/v1/cam/accounts"
TIMEOUT_SECONDS = 15
PATIENCE_SECONDS = 60

AWS_KEY = {"access_key_id": "AKIADEMODEMODEMODEMO", "access_key_secret": "demo-aws-secret"}
DEMO_IDS = {"aliyun": 123, "aws": 124, "tencent": 125, "huawei": 126, "volcano": 127}


def fake_cloud_key(cloud: str) -> dict[str, str]:
    """What a fake cloud is told to accept, and its demo account to use."""
    return {"access_key_id": f"demo-{cloud}-key", "access_key_secret": f"demo-{cloud}-secret"}


class SeedFailed(Exception):
    """The API did not take a demo account."""


@dataclass(frozen=True)
class DemoAccount:
    id: int
    provider: str
    endpoint: str
    credentials: Mapping[str, str]


def demo_accounts(config: Config) -> tuple[DemoAccount, ...]:
    if config.real_aws:
        return ()  # their credentials would go to a real parameter store
    if config.authentication == "oidc":
        return ()  # nobody here has a token to make them with
    return tuple(
        DemoAccount(
            number,
            cloud,
            f"http://127.0.0.1:{config.ports[cloud]}",
            AWS_KEY if cloud == "aws" else fake_cloud_key(cloud),
        )
        for cloud, number in DEMO_IDS.items()
    )


def _asked(call: Callable[[], httpx.Response], patience: float) -> httpx.Response:
    """Again while the service says that it is not ready: the embedded store looks through a large inventory first."""
    give_up = time.monotonic() + patience
    while True:
        answer = call()
        if answer.status_code != HTTPStatus.SERVICE_UNAVAILABLE or time.monotonic() >= give_up:
            return answer
        time.sleep(float(answer.headers.get("Retry-After", 1)))


def _authorization(config: Config, accounts: Sequence[DemoAccount]) -> dict[str, str]:
    """Where keys are asked for, a key of its own, for a day at the most."""
    if config.authentication == "off" or not accounts:
        return {}
    from chalicelib.access.principal import OPERATORS  # noqa: PLC0415 - a start without keys does not pay for these
    from chalicelib.access.roles import Role  # noqa: PLC0415
    from chalicelib.api.callers import NewKey  # noqa: PLC0415
    from infra import keys  # noqa: PLC0415

    asked = NewKey(name="make run: demo accounts", role=Role.ADMIN, expires_in_days=1)
    return {"Authorization": f"Bearer {keys.mint(config.environment(), OPERATORS, asked)}"}


def seed(config: Config, *, patience: float = PATIENCE_SECONDS) -> None:
    """Make the demo accounts, once. Of those that exist, say again where their cloud is and how to sign in: ports can
    change, and the emulator forgets what was entrusted to it when it is killed. Raises SeedFailed, for a service that
    is not ready after ``patience`` seconds.
    """
    base = f"http://127.0.0.1:{config.ports['api']}{ACCOUNTS_PATH}"
    accounts = demo_accounts(config)
    with httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False, headers=_authorization(config, accounts)) as client:
        for account in accounts:
            entrusted = {"credentials": dict(account.credentials), "endpoint": account.endpoint}
            new = {
                "id": account.id,
                "provider": account.provider,
                "name": f"demo-{account.provider}",
                "regions": [],
                "asset_types": [],
                **entrusted,
            }
            try:
                answer = _asked(partial(client.post, base, json=new), patience)
                if answer.status_code == HTTPStatus.CONFLICT:
                    answer = _asked(partial(client.put, f"{base}/{account.id}", json=entrusted), patience)
            except httpx.HTTPError as error:
                raise SeedFailed(f"demo account {account.id}: {error!r}") from error
            if answer.is_error:
                raise SeedFailed(f"demo account {account.id}: HTTP {answer.status_code} {answer.text[:300]}")
