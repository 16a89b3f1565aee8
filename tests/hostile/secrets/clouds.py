"""The fakes of all accounts, as they should be and as they talk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from infra.local.clouds import aliyun, huawei, tencent, volcano
from infra.local.clouds import aws as amazon
from infra.local.clouds.faults import FaultBook
from infra.local.clouds.roles import Role, RoleDesk
from infra.local.clouds.server import CloudServer
from tests.hostile.secrets.accounts import ACCOUNTS, Marked
from tests.hostile.secrets.talkative import Talkative

FAKES: Mapping[str, tuple[Any, type[Any]]] = {
    "aliyun": (aliyun, aliyun.FakeAliyun),
    "tencent": (tencent, tencent.FakeTencent),
    "huawei": (huawei, huawei.FakeHuawei),
    "volcano": (volcano, volcano.FakeVolcano),
}


@dataclass(frozen=True)
class Cloud:
    """At ``good`` the account's cloud is a fake that accepts its credentials, at ``bad`` one that talks."""

    account: Marked
    good: str
    bad: str
    faults: FaultBook
    talkative: Talkative


@contextmanager
def clouds() -> Iterator[tuple[Cloud, ...]]:
    with ExitStack() as serving:
        amazons = amazon.start()
        serving.callback(amazons.stop)
        made = []
        for account in ACCOUNTS:
            talkative = Talkative(account)
            bad = serving.enter_context(CloudServer(talkative)).url
            if account.provider == "aws":
                made.append(Cloud(account, amazons.endpoint, bad, amazons.faults, talkative))
                continue
            fake = _fake(account)
            made.append(Cloud(account, serving.enter_context(CloudServer(fake)).url, bad, fake.faults, talkative))
        yield tuple(made)


def _fake(account: Marked) -> Any:
    package, fake = FAKES[account.provider]
    given = account.credentials
    key = package.AccessKey(given["access_key_id"], given["access_key_secret"], given.get("security_token", ""))
    desk = {"desk": RoleDesk([Role(given["role_arn"], given["external_id"])])} if account.issued else {}
    return fake(package.generate(4, regions=(account.region,)), keys=[key], **desk)
