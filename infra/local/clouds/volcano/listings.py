"""The listings of the fake: which items they have, how they page, what sizes they allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

GLOBAL = "global"
NO_SIZE = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """A paged action. ``most`` is the largest page and ``size`` that of a request which names none, if it may.

    ``by_token``: it takes MaxResults and NextToken, not numbered pages, whose number is called ``number``.
    ``as_text``: parameters are in the query. ``region`` is the parameter that has to name the region besides the
    signature. ``filters`` maps the filters it knows to fields, ``besides`` is a kind that it lists too if nobody
    filters it away. ``nowhere`` is for what belongs to no region. ``hidden`` fields are only shown by a ``Detail``.
    """

    version: str
    kind: str
    items: str
    most: int = 100
    size: int = 10
    total: str = "TotalCount"
    by_token: bool = False
    as_text: bool = False
    number: str = "PageNumber"
    region: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    besides: str = ""
    nowhere: bool = False
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Detail:
    """An action that shows one item, whose id is its ``parameter`` in the query, but for the ``hidden`` fields."""

    version: str
    kind: str
    parameter: str
    hidden: frozenset[str] = frozenset()


def _query(kind: str, items: str, *, by_token: bool, size: int = 10, total: str = "TotalCount") -> Listing:
    return Listing("2020-04-01", kind, items, size=size, total=total, by_token=by_token, as_text=True)


def _database(kind: str, items: str, most: int) -> Listing:
    return Listing("2022-01-01", kind, items, most, total="Total")


LISTINGS: Mapping[tuple[str, str], Listing] = {
    ("ecs", "DescribeInstances"): _query("ecs", "Instances", by_token=True),
    ("storage_ebs", "DescribeVolumes"): _query("disk", "Volumes", by_token=False, size=15),
    ("storage_ebs", "DescribeSnapshots"): _query("snapshot", "Snapshots", by_token=False, size=20),
    ("ecs", "DescribeImages"): Listing(
        "2020-04-01",
        "image",
        "Images",
        by_token=True,
        as_text=True,
        filters={"Visibility": "Visibility"},
        besides="public_image",
    ),
    ("vpc", "DescribeSecurityGroups"): _query("security_group", "SecurityGroups", by_token=True),
    ("vpc", "DescribeVpcs"): _query("vpc", "Vpcs", by_token=True),
    ("vpc", "DescribeSubnets"): _query("vswitch", "Subnets", by_token=True),
    ("vpc", "DescribeEipAddresses"): _query("eip", "EipAddresses", by_token=True),
    ("vpc", "DescribeNetworkInterfaces"): _query("eni", "NetworkInterfaceSets", by_token=True),
    ("rds_mysql", "DescribeDBInstances"): _database("rds.mysql", "Instances", 500),
    ("rds_postgresql", "DescribeDBInstances"): _database("rds.postgresql", "Instances", 1000),
    ("rds_mssql", "DescribeDBInstances"): _database("rds.sqlserver", "InstancesInfo", 100),
    ("vedbm", "DescribeDBInstances"): _database("rds.vedb", "Instances", 100),
    ("redis", "DescribeDBInstances"): Listing(
        "2020-12-07", "redis", "Instances", size=NO_SIZE, total="TotalInstancesNum", region="RegionId"
    ),
    ("mongodb", "DescribeDBInstances"): _database("mongodb", "DBInstances", 100),
    ("clb", "DescribeLoadBalancers"): _query("lb.clb", "LoadBalancers", by_token=False),
    ("clb", "DescribeServerGroups"): replace(
        _query("clb.group", "ServerGroups", by_token=False),
        hidden=frozenset({"LoadBalancerId", "Listeners", "Servers"}),
    ),
    ("alb", "DescribeLoadBalancers"): _query("lb.alb", "LoadBalancers", by_token=False),
    ("alb", "DescribeListeners"): _query("alb.listener", "Listeners", by_token=False),
    ("clb", "DescribeNetworkLoadBalancers"): _query("lb.nlb", "LoadBalancers", by_token=True, total=""),
    ("clb", "DescribeNLBServerGroups"): Listing(
        "2020-04-01",
        "nlb.group",
        "ServerGroups",
        20,
        total="",
        by_token=True,
        as_text=True,
        hidden=frozenset({"Servers", "TimestampRemoveEnabled"}),
    ),
    ("cdn", "ListCdnDomains"): Listing("2021-03-01", "cdn", "Data", total="Total", number="PageNum", nowhere=True),
    ("waf", "ListDomain"): Listing("2023-12-25", "waf", "Data", size=NO_SIZE, number="Page", region="Region"),
    ("dns", "ListZones"): Listing("2018-08-01", "dns", "Zones", total="Total", nowhere=True),
    ("filenas", "DescribeFileSystems"): Listing("2022-01-01", "nas", "FileSystems"),
    ("kafka", "DescribeInstances"): Listing("2022-05-01", "kafka", "InstancesInfo", 50, size=NO_SIZE, total="Total"),
    ("escloud", "DescribeInstances"): Listing("2023-01-01", "elasticsearch", "Instances"),
}
"""By product and action. Where no largest size is documented (snapshots and images by token, SQL Server, veDB,
MongoDB, Kafka's newer API, Elasticsearch, DNS), it is the one in common use.
"""

DETAILS: Mapping[tuple[str, str], Detail] = {
    ("clb", "DescribeServerGroupAttributes"): Detail(
        "2020-04-01", "clb.group", "ServerGroupId", hidden=frozenset({"CreateTime", "UpdateTime"})
    ),
    ("alb", "DescribeServerGroupAttributes"): Detail("2020-04-01", "alb.group", "ServerGroupId"),
    ("clb", "DescribeNLBServerGroupAttributes"): Detail("2020-04-01", "nlb.group", "ServerGroupId"),
}
