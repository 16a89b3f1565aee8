"""The APIs of the fake: where they are, what they list, how they page and refuse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from infra.local.clouds.huawei.paging import Marker, Number, Offset, Paging, Size


@dataclass(frozen=True, slots=True)
class Api:
    """``product`` is the first label of its host. ``needs`` are parameters that must have these values.

    ``kind`` is the kind of item in the inventory that ``items`` of the answer holds; an API without is no listing.
    """

    action: str
    product: str
    path: str
    shape: str
    kind: str = ""
    items: str = ""
    paging: Paging | None = None
    needs: Mapping[str, str] = field(default_factory=dict)


_WIDE = Size(2000, 2000)

APIS = (
    Api("iam.KeystoneListProjects", "iam", "/v3/projects", "iam"),
    Api("sts.GetCallerIdentity", "sts", "/v5/caller-identity", "flat"),
    Api(
        "ecs.ListServersDetails",
        "ecs",
        "/v1/{project_id}/cloudservers/detail",
        "nested",
        "ecs",
        "servers",
        Marker(Size(1000, 25, least=1), total="count"),
    ),
    Api(
        "evs.ListVolumes",
        "evs",
        "/v2/{project_id}/cloudvolumes/detail",
        "nested",
        "disk",
        "volumes",
        Marker(Size(1000, 1000, least=1), total="count"),
    ),
    Api(
        "evs.ListSnapshots",
        "evs",
        "/v2/{project_id}/cloudsnapshots/detail",
        "nested",
        "snapshot",
        "snapshots",
        Offset(Size(1000, 1000, least=1), total="count"),
    ),
    Api(
        "vpc.ListSecurityGroups",
        "vpc",
        "/v3/{project_id}/vpc/security-groups",
        "gateway",
        "security_group",
        "security_groups",
        Marker(_WIDE, info=True),
    ),
    Api(
        "ims.ListImages",
        "ims",
        "/v2/cloudimages",
        "nested",
        "image",
        "images",
        Marker(Size(500, 500, least=1)),
        {"__imagetype": "private"},
    ),
    Api(
        "rds.ListInstances",
        "rds",
        "/v3/{project_id}/instances",
        "flat",
        "rds",
        "instances",
        Offset(Size(100, 100, least=1), total="total_count"),
    ),
    Api(
        "dcs.ListInstances",
        "dcs",
        "/v2/{project_id}/instances",
        "flat",
        "redis",
        "instances",
        Offset(Size(1000, 10, least=1), shown="instance_num"),
    ),
    Api(
        "dds.ListInstances",
        "dds",
        "/v3/{project_id}/instances",
        "flat",
        "mongodb",
        "instances",
        Offset(Size(100, 100, least=1), total="total_count"),
    ),
    Api("vpc.ListVpcs", "vpc", "/v3/{project_id}/vpc/vpcs", "gateway", "vpc", "vpcs", Marker(_WIDE, info=True)),
    Api("vpc.ListSubnets", "vpc", "/v1/{project_id}/subnets", "bare", "vswitch", "subnets", Marker(_WIDE)),
    Api(
        "vpc.ListPublicips",
        "vpc",
        "/v3/{project_id}/eip/publicips",
        "gateway",
        "eip",
        "publicips",
        Marker(_WIDE, info=True),
    ),
    Api("vpc.ListPorts", "vpc", "/v1/{project_id}/ports", "bare", "eni", "ports", Marker(_WIDE)),
    Api(
        "elb.ListLoadBalancers",
        "elb",
        "/v3/{project_id}/elb/loadbalancers",
        "gateway",
        "lb.dedicated",
        "loadbalancers",
        Marker(_WIDE, info=True),
        {"guaranteed": "true"},
    ),
    Api(
        "elb.ListLoadbalancers",
        "elb",
        "/v2/{project_id}/elb/loadbalancers",
        "gateway",
        "lb.shared",
        "loadbalancers",
        Marker(_WIDE),
    ),
    Api("elb.ListPools", "elb", "/v3/{project_id}/elb/pools", "gateway", "pool", "pools", Marker(_WIDE, info=True)),
    Api(
        "elb.ListAllMembers",
        "elb",
        "/v3/{project_id}/elb/members",
        "gateway",
        "member",
        "members",
        Marker(_WIDE, info=True),
    ),
    Api(
        "cdn.ListDomains",
        "cdn",
        "/v1.0/cdn/domains",
        "nested",
        "cdn",
        "domains",
        Number(Size(10000, 30, least=1, name="page_size"), "page_number"),
    ),
    Api(
        "waf.ListCompositeHosts",
        "waf",
        "/v1/{project_id}/composite-waf/host",
        "flat",
        "waf",
        "items",
        Number(Size(100, 10, least=1, name="pagesize"), "page"),
    ),
    Api(
        "dns.ListPublicZones",
        "dns",
        "/v2/zones",
        "bare",
        "dns.public",
        "zones",
        Marker(Size(500, 500), total="metadata.total_count"),
        {"type": "public"},
    ),
    Api(
        "dns.ListPrivateZones",
        "dns",
        "/v2/zones",
        "bare",
        "dns.private",
        "zones",
        Marker(Size(500, 500), total="metadata.total_count"),
        {"type": "private"},
    ),
    Api(
        "sfs-turbo.ListShares",
        "sfs-turbo",
        "/v1/{project_id}/sfs-turbo/shares/detail",
        "camel",
        "nas",
        "shares",
        Offset(Size(200, 200, least=1), shown="count"),
    ),
    Api("obs.ListBuckets", "obs", "/", "xml", "oss"),
    Api(
        "dms.ListInstances",
        "dms",
        "/v2/{project_id}/instances",
        "flat",
        "kafka",
        "instances",
        Offset(Size(50, 10, least=1), shown="instance_num"),
        {"engine": "kafka"},
    ),
    Api(
        "css.ListClustersDetails",
        "css",
        "/v1.0/{project_id}/clusters",
        "camel",
        "elasticsearch",
        "clusters",
        Offset(Size(100, 10, least=1), name="start", first=1),
    ),
)

EVERYWHERE = frozenset({"cdn", "dns.public", "oss"})
"""The kinds that belong to no region."""


def api_at(product: str, path: str, project_id: str, parameters: Mapping[str, str]) -> Api | None:
    """The API that a request is for, whose project is ``project_id``."""
    for api in APIS:
        here = api.product == product and api.path.replace("{project_id}", project_id) == path
        if here and api.needs.items() <= parameters.items():
            return api
    return None
