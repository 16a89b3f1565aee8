"""Where aliyun answers: a pattern for each product, and the regions that keep to none.

The irregular ones are from the endpoint lists of the products' own API metadata.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from chalicelib.errors import CloudRejected

HOME_REGION = "cn-hangzhou"
OVERSEAS_REGION = "ap-southeast-1"
"""The home of what a product keeps apart from the mainland of China."""

PATTERNS = {
    "ecs": "ecs.{region}.aliyuncs.com",
    "vpc": "vpc.{region}.aliyuncs.com",
    "sts": "sts.{region}.aliyuncs.com",
    "rds": "rds.{region}.aliyuncs.com",
    "r-kvstore": "r-kvstore.{region}.aliyuncs.com",
    "dds": "mongodb.{region}.aliyuncs.com",
    "slb": "slb.{region}.aliyuncs.com",
    "alb": "alb.{region}.aliyuncs.com",
    "nlb": "nlb.{region}.aliyuncs.com",
    "cdn": "cdn.aliyuncs.com",
    "waf": "wafopenapi.{region}.aliyuncs.com",
    "alidns": "alidns.aliyuncs.com",
    "nas": "nas.{region}.aliyuncs.com",
    "oss": "oss-{region}.aliyuncs.com",
    "alikafka": "alikafka.{region}.aliyuncs.com",
    "elasticsearch": "elasticsearch.{region}.aliyuncs.com",
}

_BY_HOST = {
    ("ecs", "ecs.aliyuncs.com"): "cn-hangzhou-finance",
    ("ecs", "ecs-cn-hangzhou.aliyuncs.com"): "cn-shenzhen-finance-1",
    ("sts", "sts.aliyuncs.com"): "cn-hangzhou-finance cn-shenzhen-finance-1",
    ("rds", "rds.aliyuncs.com"): (
        "cn-qingdao cn-beijing cn-hangzhou cn-shanghai cn-shenzhen cn-heyuan cn-hongkong"
        " cn-hangzhou-finance cn-shanghai-finance-1 cn-beijing-finance-1"
    ),
    ("r-kvstore", "r-kvstore.aliyuncs.com"): (
        "cn-qingdao cn-beijing cn-hangzhou cn-shanghai cn-heyuan cn-wulanchabu"
        " cn-hangzhou-finance cn-beijing-finance-1 cn-north-2-gov-1 cn-beijing-inner cn-shanghai-inner"
        " cn-shenzhen-inner cn-beijing-inner-alibabacloud cn-hebei-inner-alibabacloud"
        " cn-shanghai-inner-alibabacloud cn-shenzhen-inner-alibabacloud"
    ),
    ("r-kvstore", "r-kvstore-share.cn-hangzhou-acdr-ut-1.aliyuncs.com"): "cn-hangzhou-acdr-ut-1",
    ("dds", "mongodb.aliyuncs.com"): (
        "cn-beijing cn-hangzhou cn-shanghai cn-heyuan cn-wulanchabu cn-hangzhou-finance cn-beijing-gov-1"
    ),
    ("slb", "slb.aliyuncs.com"): "cn-hangzhou cn-hangzhou-finance cn-shanghai-finance-1 cn-shenzhen-finance-1",
    ("alb", "alb.cn-hangzhou.aliyuncs.com"): "cn-hangzhou-finance",
    ("nas", "nas.cn-hangzhou-dg-a01.aliyuncs.com"): "cn-hangzhou-finance",
    ("nas", "nas.aliyuncs.com"): "ap-southeast-2",
    ("oss", "oss-cn-hzjbp-b-console.aliyuncs.com"): "cn-hangzhou-finance",
    ("oss", "oss-cn-shanghai-finance-1-internal.aliyuncs.com"): "cn-shanghai-finance-1",
    ("oss", "oss-cn-shenzhen-finance-1-internal.aliyuncs.com"): "cn-shenzhen-finance-1",
    ("oss", "oss-cn-beijing-finance-1-internal.aliyuncs.com"): "cn-beijing-finance-1",
}
IRREGULAR = {(product, region): host for (product, host), regions in _BY_HOST.items() for region in regions.split()}


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
