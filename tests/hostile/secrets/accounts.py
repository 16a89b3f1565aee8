"""An account of every cloud in every way to sign in, all of its credentials marked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.canary import mark

AWS_ROLE = "arn:aws:iam::210987654321:role/cam-inventory"
ALIYUN_ROLE = "acs:ram::1234567890123456:role/cam-inventory"
TENCENT_ROLE = "qcs::cam::uin/100012345678:roleName/cam-inventory"


@dataclass(frozen=True)
class Marked:
    """``credentials`` are what the account is given, ``issued`` what its role is. ``name`` is its and their own."""

    name: str
    provider: str
    region: str
    credentials: Mapping[str, str]
    issued: Mapping[str, str]

    @property
    def secrets(self) -> dict[str, str]:
        """By a name that no other account has."""
        given = {name: value for name, value in self.credentials.items() if name != "role_arn"}
        named = {f"{self.name}_{name}": value for name, value in given.items()}
        return named | {f"{self.name}_issued_{name}": value for name, value in self.issued.items()}


def _account(provider: str, region: str, way: str, fields: tuple[str, ...], role: str = "") -> Marked:
    name = f"{provider}_{way}"
    credentials = {field: _mark(name, field) for field in fields}
    issued = ("access_key_id", "access_key_secret", "security_token") if role else ()
    arn = {"role_arn": role} if role else {}
    return Marked(name, provider, region, credentials | arn, {part: _mark(f"{name} issued", part) for part in issued})


def _mark(owner: str, field: str) -> str:
    """Ids of keys are letters and digits, and tokens are long."""
    if field == "access_key_id":
        return mark(f"{owner} {field}", 20, plain=True)
    return mark(f"{owner} {field}", 200 if field.endswith("token") else 40)


KEYS = ("access_key_id", "access_key_secret")
ACCOUNTS = (
    _account("aliyun", "cn-shenzhen", "keys", KEYS),
    _account("aliyun", "cn-shenzhen", "token", (*KEYS, "security_token")),
    _account("aliyun", "cn-shenzhen", "role", (*KEYS, "external_id"), ALIYUN_ROLE),
    _account("aws", "us-east-1", "keys", KEYS),
    _account("aws", "us-east-1", "token", (*KEYS, "session_token")),
    _account("aws", "us-east-1", "role", ("external_id",), AWS_ROLE),
    _account("tencent", "ap-guangzhou", "keys", KEYS),
    _account("tencent", "ap-guangzhou", "token", (*KEYS, "security_token")),
    _account("tencent", "ap-guangzhou", "role", (*KEYS, "external_id"), TENCENT_ROLE),
    _account("huawei", "cn-north-4", "keys", KEYS),
    _account("huawei", "cn-north-4", "token", (*KEYS, "security_token")),
    _account("volcano", "cn-beijing", "keys", KEYS),
    _account("volcano", "cn-beijing", "token", (*KEYS, "security_token")),
)
SERVICE = {
    "AWS_ACCESS_KEY_ID": mark("service id", 20, plain=True),
    "AWS_SECRET_ACCESS_KEY": mark("service secret"),
    "AWS_SESSION_TOKEN": mark("service token", 200),
}
"""The service's own credentials, as Lambda gives them to it."""
