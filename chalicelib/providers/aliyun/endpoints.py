"""Where aliyun answers: a pattern for each product, and the regions that keep to none.

The irregular ones are from the endpoint lists of the products' own API metadata.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.errors import CloudRejected

HOME_REGION = "cn-hangzhou"

PATTERNS = {
    "ecs": "ecs.{region}.aliyuncs.com",
    "vpc": "vpc.{region}.aliyuncs.com",
    "sts": "sts.{region}.aliyuncs.com",
}

IRREGULAR = {
    ("ecs", "cn-hangzhou-finance"): "ecs.aliyuncs.com",
    ("ecs", "cn-shenzhen-finance-1"): "ecs-cn-hangzhou.aliyuncs.com",
    ("sts", "cn-hangzhou-finance"): "sts.aliyuncs.com",
    ("sts", "cn-shenzhen-finance-1"): "sts.aliyuncs.com",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``protocol`` is ``https`` or ``http``; ``host`` may hold a port."""

    protocol: str
    host: str


def endpoint_of(product: str, region: str, override: str | None) -> Endpoint:
    """The address of a product in a region; ``override``, a URL, stands for all of them. Raises CloudRejected."""
    if override is None:
        host = IRREGULAR.get((product, region)) or PATTERNS[product].format(region=region)
        return Endpoint("https", host)
    url = urlsplit(override)
    if url.scheme not in ("http", "https") or not url.hostname or url.username:
        raise CloudRejected("the endpoint of an account must look like https://host or http://host:port")
    return Endpoint(url.scheme, url.netloc)
