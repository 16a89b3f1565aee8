"""Ids, times and addresses as aliyun gives them, by a seeded chance."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from random import Random

_CODES = {
    "cn-shenzhen": "wz9",
    "cn-hangzhou": "bp1",
    "cn-beijing": "2ze",
    "cn-shanghai": "uf6",
    "cn-hongkong": "j6c",
    "ap-southeast-1": "t4n",
}
_FIRST_DAY = datetime(2021, 1, 1, tzinfo=UTC)


def new_id(prefix: str, region: str, random: Random) -> str:
    return f"{prefix}-{_CODES.get(region, 'zz0')}" + "".join(
        random.choices(string.ascii_lowercase + string.digits, k=17)
    )


def moment(random: Random) -> datetime:
    return _FIRST_DAY + timedelta(seconds=random.randrange(5 * 365 * 86400))


def public_ip(random: Random) -> str:
    return f"47.{random.randrange(90, 122)}.{random.randrange(256)}.{random.randrange(1, 255)}"
