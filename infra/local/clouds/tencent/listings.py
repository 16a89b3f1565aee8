"""The listings of the fake: which items they have, how they page, what sizes they allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

GLOBAL = "global"


@dataclass(frozen=True, slots=True)
class Listing:
    """A paged action. ``items`` and ``total`` are paths in the answer, ``most`` the largest Limit or MaxResults.

    ``as_text``: Offset and Limit are strings. ``multiples``: Offset must be a multiple of Limit. ``counts_pages``:
    Offset is the number of a page, unless PaginationType says otherwise. ``homes`` are for what belongs to no region:
    the kind that is listed in each region that has the API, "" for one that takes any region or none. ``filters`` maps
    the filters it knows to fields, and it wants some if it is ``filtered``; ``besides`` is a kind that it lists too if
    nobody filters it away. ``nothing`` is the code that it answers in place of an empty list. ``others`` are parameters
    that it takes and that change nothing here. ``about`` are parameters that it wants, each with the kind whose id it
    is: only items with the same values are listed, without these and without what is ``hidden``.
    """

    version: str
    kind: str
    items: str
    most: int
    total: str = "TotalCount"
    size: int = 20
    as_text: bool = False
    by_token: bool = False
    multiples: bool = False
    counts_pages: bool = False
    homes: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    filtered: bool = False
    besides: str = ""
    nothing: str = ""
    others: tuple[str, ...] = ()
    about: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()


ABOUT_LISTENER = {"LoadBalancerId": "lb.alb", "ListenerId": "alb_listener"}

LISTINGS: Mapping[tuple[str, str], Listing] = {
    ("cvm", "DescribeInstances"): Listing("2017-03-12", "ecs", "InstanceSet", 100),
    ("cbs", "DescribeDisks"): Listing("2017-03-12", "disk", "DiskSet", 100),
    ("cbs", "DescribeSnapshots"): Listing("2017-03-12", "snapshot", "SnapshotSet", 100),
    ("cvm", "DescribeImages"): Listing(
        "2017-03-12", "image", "ImageSet", 100, filters={"image-type": "ImageType"}, besides="public_image"
    ),
    ("vpc", "DescribeSecurityGroups"): Listing("2017-03-12", "security_group", "SecurityGroupSet", 100, as_text=True),
    ("vpc", "DescribeVpcs"): Listing("2017-03-12", "vpc", "VpcSet", 100, as_text=True),
    ("vpc", "DescribeSubnets"): Listing("2017-03-12", "vswitch", "SubnetSet", 100, as_text=True),
    ("vpc", "DescribeAddresses"): Listing("2017-03-12", "eip", "AddressSet", 100),
    ("vpc", "DescribeNetworkInterfaces"): Listing("2017-03-12", "eni", "NetworkInterfaceSet", 100),
    ("cdb", "DescribeDBInstances"): Listing("2017-03-20", "rds.mysql", "Items", 2000),
    ("postgres", "DescribeDBInstances"): Listing("2017-03-12", "rds.postgres", "DBInstanceSet", 100, size=10),
    ("sqlserver", "DescribeDBInstances"): Listing(
        "2018-03-28", "rds.sqlserver", "DBInstances", 100, size=100, counts_pages=True
    ),
    ("mariadb", "DescribeDBInstances"): Listing("2017-03-12", "rds.mariadb", "Instances", 100),
    ("cynosdb", "DescribeClusters"): Listing("2019-01-07", "rds.cynosdb", "ClusterSet", 100),
    ("dcdb", "DescribeDCDBInstances"): Listing("2018-04-11", "rds.dcdb", "Instances", 100, size=10),
    ("redis", "DescribeInstances"): Listing("2018-04-12", "redis", "InstanceSet", 1000, multiples=True),
    ("mongodb", "DescribeDBInstances"): Listing(
        "2019-07-25", "mongodb", "InstanceDetails", 100, others=("InstanceType",)
    ),
    ("clb", "DescribeLoadBalancers"): Listing("2018-03-17", "lb.clb", "LoadBalancerSet", 100),
    ("alb", "DescribeLoadBalancers"): Listing("2025-10-30", "lb.alb", "LoadBalancers", 100, by_token=True),
    ("alb", "DescribeListeners"): Listing(
        "2025-10-30",
        "alb_listener",
        "Listeners",
        100,
        by_token=True,
        about={"LoadBalancerId": "lb.alb"},
        hidden=("DefaultActions",),
    ),
    ("alb", "DescribeRules"): Listing("2025-10-30", "alb_rule", "Rules", 100, by_token=True, about=ABOUT_LISTENER),
    ("alb", "DescribeTargetGroupTargets"): Listing(
        "2025-10-30",
        "alb_target",
        "Targets",
        100,
        by_token=True,
        about={"TargetGroupId": "alb_target_group"},
        hidden=("Registration",),
    ),
    ("gwlb", "DescribeGatewayLoadBalancers"): Listing("2024-09-06", "lb.gwlb", "LoadBalancerSet", 100),
    ("gwlb", "DescribeTargetGroupInstances"): Listing(
        "2024-09-06",
        "gwlb_target",
        "TargetGroupInstanceSet",
        100,
        total="RealCount",
        filters={"TargetGroupId": "TargetGroupId", "InstanceId": "InstanceId"},
        filtered=True,
    ),
    ("cdn", "DescribeDomains"): Listing(
        "2018-06-06", "cdn", "Domains", 1000, total="TotalNumber", size=100, homes={"": "cdn"}
    ),
    ("waf", "DescribeDomains"): Listing(
        "2018-01-25",
        "waf",
        "Domains",
        100,
        total="Total",
        multiples=True,
        homes={"ap-guangzhou": "waf.mainland", "ap-seoul": "waf.overseas"},
    ),
    ("dnspod", "DescribeDomainList"): Listing(
        "2021-03-23",
        "dns",
        "DomainList",
        3000,
        total="DomainCountInfo.DomainTotal",
        size=3000,
        homes={"": "dns"},
        nothing="ResourceNotFound.NoDataOfDomain",
    ),
    ("cos", "GetService"): Listing("", "oss", "Buckets.Bucket", 2000, size=2000, by_token=True, homes={"": "oss"}),
    ("cfs", "DescribeCfsFileSystems"): Listing("2019-07-19", "nas", "FileSystems", 100, size=10),
    ("ckafka", "DescribeInstancesDetail"): Listing(
        "2019-08-19", "kafka", "Result.InstanceList", 20, total="Result.TotalCount", size=10
    ),
    ("es", "DescribeInstances"): Listing("2018-04-16", "elasticsearch", "InstanceList", 100),
}
"""By product and action. The largest sizes of waf, dnspod, cfs and es are not documented: these are in common use."""
