"""The listings of the fake: what each action shows, how it pages and what sizes it allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ECS, VPC, SLB, ALB, NLB = "2014-05-26", "2016-04-28", "2014-05-15", "2020-06-16", "2022-04-30"
WAF, DDS = "2021-10-01", "2015-12-01"

SERVERS = "Servers"
"""The field of an item that only the listing of its servers shows."""


@dataclass(frozen=True, slots=True)
class Listing:
    """``items`` is the path of the list; empty, the answer is the item itself.

    ``most_by_number`` and ``most_by_token`` are the largest pages; 0 for a style that the action does not know, and
    with neither it answers everything at once. ``when`` are the parameters that make this listing of several that an
    action has. ``everywhere`` is for what belongs to no region. ``besides`` is what else an answer has.
    ``dry_run``: it knows DryRun, and lists nothing to who may not list. ``filters`` are parameters that a field of
    their name has to be equal to. With ``servers_of`` it lists the servers of the item that this parameter has the id
    of, and ``gone`` is the error code where there is none; ``has_servers``: its items have some. ``form``: what is not
    in a form is not seen.
    """

    kind: str
    version: str
    action: str
    items: str
    most_by_number: int = 0
    most_by_token: int = 0
    number: str = "PageNumber"
    length: str = "PageSize"
    total: str = "TotalCount"
    path: str = "/"
    when: Mapping[str, str] = field(default_factory=dict)
    everywhere: bool = False
    besides: Mapping[str, Any] = field(default_factory=dict)
    dry_run: bool = False
    filters: tuple[str, ...] = ()
    servers_of: str = ""
    gone: str = ""
    has_servers: bool = False
    form: bool = False


def _groups(kind: str, version: str, gone: str, *, form: bool = False) -> tuple[Listing, Listing]:
    return (
        Listing(
            kind,
            version,
            "ListServerGroups",
            "ServerGroups",
            most_by_token=100,
            filters=("ServerGroupType",),
            has_servers=True,
            form=form,
        ),
        Listing(
            kind,
            version,
            "ListServerGroupServers",
            "Servers",
            most_by_token=100,
            servers_of="ServerGroupId",
            gone=gone,
            form=form,
        ),
    )


LISTINGS = (
    Listing("ecs", ECS, "DescribeInstances", "Instances.Instance", 100, 100, dry_run=True),
    Listing("disk", ECS, "DescribeDisks", "Disks.Disk", 100, 500, dry_run=True),
    Listing("snapshot", ECS, "DescribeSnapshots", "Snapshots.Snapshot", 100, 100, dry_run=True),
    Listing("security_group", ECS, "DescribeSecurityGroups", "SecurityGroups.SecurityGroup", 100, 100, dry_run=True),
    Listing("image", ECS, "DescribeImages", "Images.Image", 100, when={"ImageOwnerAlias": "self"}, dry_run=True),
    Listing("rds", "2014-08-15", "DescribeDBInstances", "Items.DBInstance", 100, 100, total="TotalRecordCount"),
    Listing("redis", "2015-01-01", "DescribeInstances", "Instances.KVStoreInstance", 50),
    Listing(
        "mongodb.sharded",
        DDS,
        "DescribeDBInstances",
        "DBInstances.DBInstance",
        100,
        when={"DBInstanceType": "sharding"},
    ),
    Listing("mongodb.replica_set", DDS, "DescribeDBInstances", "DBInstances.DBInstance", 100),
    Listing("vpc", VPC, "DescribeVpcs", "Vpcs.Vpc", 50, dry_run=True),
    Listing("vswitch", VPC, "DescribeVSwitches", "VSwitches.VSwitch", 50, dry_run=True),
    Listing("eip", VPC, "DescribeEipAddresses", "EipAddresses.EipAddress", 100, dry_run=True),
    Listing("eni", ECS, "DescribeNetworkInterfaces", "NetworkInterfaceSets.NetworkInterfaceSet", 100, 500),
    Listing("lb.clb", SLB, "DescribeLoadBalancers", "LoadBalancers.LoadBalancer", 100, has_servers=True),
    Listing(
        "lb.clb",
        SLB,
        "DescribeHealthStatus",
        "BackendServers.BackendServer",
        servers_of="LoadBalancerId",
        gone="InvalidLoadBalancerId.NotFound",
    ),
    Listing("lb.alb", ALB, "ListLoadBalancers", "LoadBalancers", most_by_token=100),
    Listing("lb.nlb", NLB, "ListLoadBalancers", "LoadBalancers", most_by_token=100),
    *_groups("server_group.alb", ALB, "ResourceNotFound.ServerGroup"),
    *_groups("server_group.nlb", NLB, "ResourceNotFound.serverGroup", form=True),
    Listing("cdn", "2018-05-10", "DescribeUserDomains", "Domains.PageData", 500, everywhere=True),
    Listing("waf.mainland", WAF, "DescribeInstance", "", when={"RegionId": "cn-hangzhou"}, everywhere=True),
    Listing("waf.overseas", WAF, "DescribeInstance", "", when={"RegionId": "ap-southeast-1"}, everywhere=True),
    Listing("dns", "2015-01-09", "DescribeDomains", "Domains.Domain", 100, everywhere=True),
    Listing("nas", "2017-06-26", "DescribeFileSystems", "FileSystems.FileSystem", 100),
    Listing(
        "kafka",
        "2019-09-16",
        "GetInstanceList",
        "InstanceList.InstanceVO",
        besides={"Code": 200, "Message": "operation success.", "Success": True},
    ),
    Listing(
        "elasticsearch",
        "2017-06-13",
        "ListInstance",
        "Result",
        100,
        number="page",
        length="size",
        total="Headers.X-Total-Count",
        path="/openapi/instances",
    ),
)

BUCKETS = Listing("oss", "2019-05-17", "ListBuckets", "Buckets.Bucket", everywhere=True)
MOST_BUCKETS = 1000

CALLS = {"DescribeRegions": ECS, "GetCallerIdentity": "2015-04-01", "AssumeRole": "2015-04-01"}
"""Actions that list nothing, and their versions."""


def versions_of(action: str) -> set[str]:
    """Empty for an action that no product has."""
    versions = {listing.version for listing in LISTINGS if listing.action == action}
    return versions | {version for call, version in CALLS.items() if call == action}


def listing_of(version: str, action: str, parameters: Mapping[str, str]) -> Listing | None:
    for listing in LISTINGS:
        if (listing.version, listing.action) == (version, action) and listing.when.items() <= parameters.items():
            return listing
    return None
