"""The asset types of huawei, declared: a new one is a new entry here and nothing else."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.providers.huawei.declaration import Api, AssetType, Attached, If, Product
from chalicelib.providers.huawei.paging import ByLastId, ByNumber, ByOffset, ByPageInfo, Unpaged

ECS, EVS, IMS, VPC, ELB = Product("ecs"), Product("evs"), Product("ims"), Product("vpc"), Product("elb")
RDS, DCS, DDS, DMS, CSS = Product("rds"), Product("dcs"), Product("dds"), Product("dms"), Product("css")
WAF, DNS, SFS_TURBO = Product("waf"), Product("dns"), Product("sfs-turbo")
CDN = Product("cdn", regional=False, acts_for="domain")
OBS = Product("obs", acts_for="nothing", signature="obs")

COMPUTE = (
    AssetType(
        "ecs",
        Api(ECS, "ListServersDetails", "/v1/{project_id}/cloudservers/detail"),
        ByLastId(200, total="count"),  # 1000 is allowed, 200 is what huawei advises for large accounts
        items="servers",
        zone="OS-EXT-AZ:availability_zone",
        created="created",
        ips=("addresses.*.addr", "accessIPv4", "accessIPv6"),
        relations={
            "vpc": ("metadata.vpc_id",),
            "security_group": ("security_groups.id",),
            "disk": ("os-extended-volumes:volumes_attached.id",),
            "eni": ("addresses.*.OS-EXT-IPS:port_id",),
            "image": ("image.id",),
        },
        left_out=("updated", "OS-EXT-STS:task_state", "OS-EXT-SRV-ATTR:user_data"),
    ),
    AssetType(
        "disk",
        Api(EVS, "ListVolumes", "/v2/{project_id}/cloudvolumes/detail"),
        ByLastId(1000, total="count"),
        items="volumes",
        zone="availability_zone",
        relations={"ecs": ("attachments.server_id",), "snapshot": ("snapshot_id",)},
        left_out=("updated_at", "os-vol-host-attr:host", "links"),
    ),
    AssetType(
        "snapshot",
        Api(EVS, "ListSnapshots", "/v2/{project_id}/cloudsnapshots/detail"),
        ByOffset(1000, total="count"),
        items="snapshots",
        relations={"disk": ("volume_id",)},
        left_out=("updated_at", "os-extended-snapshot-attributes:progress"),
    ),
    AssetType(
        "security_group",
        Api(VPC, "ListSecurityGroups", "/v3/{project_id}/vpc/security-groups"),
        ByPageInfo(2000),
        items="security_groups",
        status="",
        left_out=("updated_at",),
    ),
    AssetType(
        "image",
        Api(IMS, "ListImages", "/v2/cloudimages"),
        ByLastId(500),
        items="images",
        left_out=("updated_at",),
        query={"__imagetype": "private"},
    ),
)

DATABASE = (
    AssetType(
        "rds",
        Api(RDS, "ListInstances", "/v3/{project_id}/instances"),
        ByOffset(100, total="total_count"),
        items="instances",
        zone="nodes.availability_zone",
        created="created",
        ips=("private_ips", "public_ips"),
        relations={"vpc": ("vpc_id",), "vswitch": ("subnet_id",), "security_group": ("security_group_id",)},
        left_out=("updated",),
    ),
    AssetType(
        "redis",
        Api(DCS, "ListInstances", "/v2/{project_id}/instances"),
        ByOffset(1000),  # instance_num may be the number of the page, so it is no total to rely on
        items="instances",
        native_id="instance_id",
        zone="available_zones",
        ips=("ip", "publicip_address"),
        relations={
            "vpc": ("vpc_id",),
            "vswitch": ("subnet_id",),
            "security_group": ("security_group_id",),
            "eip": ("publicip_id",),
        },
        left_out=("update_at", "used_memory", "task_status"),
    ),
    AssetType(
        "mongodb",
        Api(DDS, "ListInstances", "/v3/{project_id}/instances"),
        ByOffset(100, total="total_count"),
        items="instances",
        zone="groups.nodes.availability_zone",
        created="created",
        ips=("groups.nodes.private_ip", "groups.nodes.public_ip"),
        relations={"vpc": ("vpc_id",), "vswitch": ("subnet_id",), "security_group": ("security_group_id",)},
        left_out=("updated", "actions", "groups.volume.used"),
    ),
)

POOLS = AssetType(
    "pool",
    Api(ELB, "ListPools", "/v3/{project_id}/elb/pools"),
    ByPageInfo(2000),
    items="pools",
    relations={"lb": ("loadbalancers.id",), "member": ("members.id",)},
)
MEMBERS = AssetType(
    "member",
    Api(ELB, "ListAllMembers", "/v3/{project_id}/elb/members"),  # of its fields, those of pools are not to be used
    ByPageInfo(2000),
    items="members",
    relations={"ecs": (If("instance_id", where="member_type", begins="instance"),)},
)
MACHINES = Attached("ecs", groups=POOLS, members=MEMBERS)

NETWORK = (
    AssetType(
        "vpc",
        Api(VPC, "ListVpcs", "/v3/{project_id}/vpc/vpcs"),
        ByPageInfo(2000),
        items="vpcs",
        left_out=("updated_at", "cloud_resources"),
    ),
    AssetType(
        "vswitch",
        Api(VPC, "ListSubnets", "/v1/{project_id}/subnets"),
        ByLastId(2000),
        items="subnets",
        zone="availability_zone",
        relations={"vpc": ("vpc_id",)},
        left_out=("updated_at", "available_ip_address_count"),
    ),
    AssetType(
        "eip",
        Api(VPC, "ListPublicips", "/v3/{project_id}/eip/publicips"),
        ByPageInfo(2000),
        items="publicips",
        title="alias",
        ips=("public_ip_address", "public_ipv6_address", "vnic.private_ip_address"),
        relations={
            "ecs": (If("vnic.device_id", where="vnic.device_owner", begins="compute:"),),
            "eni": ("vnic.port_id",),
            "vpc": ("vnic.vpc_id",),
            "lb.dedicated": (If("associate_instance_id", where="associate_instance_type", begins="ELB"),),
        },
        left_out=("updated_at",),
    ),
    AssetType(
        "eni",
        Api(VPC, "ListPorts", "/v1/{project_id}/ports"),
        ByLastId(2000),
        items="ports",
        zone="zone_id",
        ips=("fixed_ips.ip_address",),
        relations={
            "ecs": (If("device_id", where="device_owner", begins="compute:"),),
            "vswitch": ("network_id",),
            "security_group": ("security_groups",),
        },
        left_out=("updated_at",),
    ),
    AssetType(
        "lb.dedicated",
        Api(ELB, "ListLoadBalancers", "/v3/{project_id}/elb/loadbalancers"),
        ByPageInfo(2000),
        items="loadbalancers",
        status="operating_status",
        zone="availability_zone_list",
        ips=("vip_address", "ipv6_vip_address", "eips.eip_address", "publicips.publicip_address"),
        relations={
            "vpc": ("vpc_id",),
            "vswitch": ("elb_virsubnet_ids",),
            "eni": ("vip_port_id", "ipv6_vip_port_id"),
            "eip": ("eips.eip_id", "publicips.publicip_id"),
        },
        left_out=("updated_at",),
        query={"guaranteed": "true"},
        attached=MACHINES,
    ),
    AssetType(
        "lb.shared",
        Api(ELB, "ListLoadbalancers", "/v2/{project_id}/elb/loadbalancers"),
        ByLastId(2000),
        items="loadbalancers",
        status="operating_status",
        ips=("vip_address",),
        relations={"vpc": ("vpc_id",), "eni": ("vip_port_id",)},
        left_out=("updated_at",),
        attached=MACHINES,
    ),
    AssetType(
        "cdn",
        Api(CDN, "ListDomains", "/v1.0/cdn/domains"),
        ByNumber(1000, "page_number", "page_size"),  # 10000 is allowed, which makes an answer of several megabytes
        items="domains",
        title="domain_name",
        status="domain_status",
        created="create_time",
        left_out=("modify_time",),
        query={"enterprise_project_id": "all"},
        everywhere=True,
    ),
    AssetType(
        "waf",
        Api(WAF, "ListCompositeHosts", "/v1/{project_id}/composite-waf/host"),
        ByNumber(100, "page", "pagesize"),
        items="items",
        title="hostname",
        status="protect_status",
        created="timestamp",
        left_out=("access_progress",),
        query={"enterprise_project_id": "all_granted_eps"},
    ),
    AssetType(
        "dns.public",
        Api(DNS, "ListPublicZones", "/v2/zones"),
        ByLastId(500, total="metadata.total_count"),
        items="zones",
        left_out=("updated_at", "serial", "links"),
        query={"type": "public"},
        everywhere=True,
    ),
    AssetType(
        "dns.private",
        Api(DNS, "ListPrivateZones", "/v2/zones"),
        ByLastId(500, total="metadata.total_count"),
        items="zones",
        relations={"vpc": ("routers.router_id",)},
        left_out=("updated_at", "serial", "links"),
        query={"type": "private"},
    ),
)

STORAGE = (
    AssetType(
        "nas",
        Api(SFS_TURBO, "ListShares", "/v1/{project_id}/sfs-turbo/shares/detail"),
        ByOffset(200),  # some regions allow no more; count may be that of the page
        items="shares",
        zone="availability_zone",
        relations={"vpc": ("vpc_id",), "vswitch": ("subnet_id",), "security_group": ("security_group_id",)},
        left_out=("avail_capacity", "action_progress", "statusDetail"),
    ),
    AssetType(
        "oss",
        Api(OBS, "ListBuckets", "/"),
        Unpaged(),
        items="Buckets.Bucket",
        native_id="Name",
        title="Name",
        status="",
        zone="Location",
        created="CreationDate",
        tags="",
        everywhere=True,
    ),
)

MIDDLEWARE = (
    AssetType(
        "kafka",
        Api(DMS, "ListInstances", "/v2/{project_id}/instances"),
        ByOffset(50),  # instance_num may be the number of the page
        items="instances",
        native_id="instance_id",
        zone="available_zones",
        relations={"vpc": ("vpc_id",), "vswitch": ("subnet_id",), "security_group": ("security_group_id",)},
        left_out=("used_storage_space",),
        query={"engine": "kafka"},
    ),
    AssetType(
        "elasticsearch",
        Api(CSS, "ListClustersDetails", "/v1.0/{project_id}/clusters"),
        ByOffset(100, offset="start", first=1),
        items="clusters",
        zone="instances.azCode",
        created="created",
        relations={"vpc": ("vpcId",), "vswitch": ("subnetId",), "security_group": ("securityGroupId",)},
        left_out=("updated", "actionProgress", "actions"),
    ),
)

BY_NAME = {asset_type.name: asset_type for asset_type in (*COMPUTE, *DATABASE, *NETWORK, *STORAGE, *MIDDLEWARE)}
UNSUPPORTED: Mapping[str, str] = {}
