"""Networks and what stands between them and the world."""

from __future__ import annotations

from chalicelib.providers.tencent.declaration import AssetType, Attached, Call, Product, Tags
from chalicelib.providers.tencent.paging import ByOffset, ByToken, Unpaged
from chalicelib.providers.tencent.types.compute import TAG_SET, VPC

CLB = Product("clb", "2018-03-17")
ALB = Product("alb", "2025-10-30")
GWLB = Product("gwlb", "2024-09-06")
CDN = Product("cdn", "2018-06-06")
WAF = Product("waf", "2018-01-25")
DNSPOD = Product("dnspod", "2021-03-23")

LISTENER_TARGETS = Call(
    CLB,
    "DescribeTargets",
    Unpaged(nullable=True),
    items="Listeners",
    asks=("LoadBalancerId",),
    found=("Targets.InstanceId", "Rules.Targets.InstanceId"),
)
CLASSIC_TARGETS = Call(
    CLB,
    "DescribeClassicalLBTargets",
    Unpaged(nullable=True),
    items="Targets",
    asks=("LoadBalancerId",),
    found=("InstanceId",),
)
GROUP_TARGETS = Call(
    GWLB,
    "DescribeTargetGroupInstances",
    ByOffset(100, total_path="RealCount"),  # what TotalCount counts is not documented beyond doubt
    items="TargetGroupInstanceSet",
    asks=("TargetGroupId",),
    found=("InstanceId",),
    filtered=True,
)
_TARGETS = Call(
    ALB,
    "DescribeTargetGroupTargets",
    ByToken(100, total_path="TotalCount"),
    items="Targets",
    asks=("TargetGroupId",),
    found=("TargetId",),
)
_DEFAULTS = Call(
    ALB,
    "DescribeListenerDetail",
    Unpaged(),
    items="DefaultActions",
    asks=("LoadBalancerId", "ListenerId"),
    found=("TargetGroupConfig.TargetGroups.TargetGroupId",),
    then=(_TARGETS,),
)
_RULES = Call(
    ALB,
    "DescribeRules",
    ByToken(100, total_path="TotalCount"),
    items="Rules",
    asks=("LoadBalancerId", "ListenerId"),
    found=("Actions.TargetGroupConfig.TargetGroups.TargetGroupId",),
    then=(_TARGETS,),
)
LISTENERS = Call(
    ALB,
    "DescribeListeners",
    ByToken(100, total_path="TotalCount"),
    items="Listeners",
    asks=("LoadBalancerId",),
    found=("ListenerId",),
    always=True,
    then=(_DEFAULTS, _RULES),
)


def _waf(name: str, home: str) -> AssetType:
    return AssetType(
        name,
        WAF,
        "DescribeDomains",
        ByOffset(100, total_path="Total"),
        items="Domains",
        native_id="DomainId",
        title="Domain",
        tags=Tags("TagInfos"),
        status="Status",
        created="CreateTime",
        relations={"lb.clb": ("LoadBalancerSet.LoadBalancerId",), "security_group": ("SgID",)},
        volatile=("ModifyTime",),
        home=home,
    )


TYPES = (
    AssetType(
        "vpc",
        VPC,
        "DescribeVpcs",
        ByOffset(100, as_text=True),
        items="VpcSet",
        native_id="VpcId",
        title="VpcName",
        tags=TAG_SET,
        created="CreatedTime",
    ),
    AssetType(
        "vswitch",
        VPC,
        "DescribeSubnets",
        ByOffset(100, as_text=True),
        items="SubnetSet",
        native_id="SubnetId",
        title="SubnetName",
        tags=TAG_SET,
        zone="Zone",
        created="CreatedTime",
        relations={"vpc": ("VpcId",)},
        volatile=("AvailableIpAddressCount",),
    ),
    AssetType(
        "eip",
        VPC,
        "DescribeAddresses",
        ByOffset(100),
        items="AddressSet",
        native_id="AddressId",
        title="AddressName",
        tags=TAG_SET,
        status="AddressStatus",
        created="CreatedTime",
        ips=("AddressIp", "PrivateAddressIp"),
        relations={"ecs": ("InstanceId",), "lb.clb": ("InstanceId",), "eni": ("NetworkInterfaceId", "InstanceId")},
    ),
    AssetType(
        "eni",
        VPC,
        "DescribeNetworkInterfaces",
        ByOffset(100),
        items="NetworkInterfaceSet",
        native_id="NetworkInterfaceId",
        title="NetworkInterfaceName",
        tags=TAG_SET,
        status="State",
        zone="Zone",
        created="CreatedTime",
        ips=(
            "PrivateIpAddressSet.PrivateIpAddress",
            "PrivateIpAddressSet.PublicIpAddress",
            "Ipv6AddressSet.Address",
        ),
        relations={
            "ecs": ("Attachment.InstanceId",),
            "vpc": ("VpcId",),
            "vswitch": ("SubnetId",),
            "security_group": ("GroupSet",),
            "eip": ("PrivateIpAddressSet.AddressId",),
        },
    ),
    AssetType(
        "lb.clb",
        CLB,
        "DescribeLoadBalancers",
        ByOffset(100),
        items="LoadBalancerSet",
        native_id="LoadBalancerId",
        title="LoadBalancerName",
        tags=Tags("Tags"),
        status="Status",
        zone="MasterZone.Zone",
        created="CreateTime",
        ips=("LoadBalancerVips", "AddressIPv6"),
        relations={"vpc": ("VpcId",), "vswitch": ("SubnetId",), "security_group": ("SecureGroups",)},
        volatile=("StatusTime", "TargetCount"),
        attached=Attached("ecs", by="Forward", calls={"0": CLASSIC_TARGETS, "1": LISTENER_TARGETS}),
    ),
    AssetType(
        "lb.alb",
        ALB,
        "DescribeLoadBalancers",
        ByToken(100),
        items="LoadBalancers",
        native_id="LoadBalancerId",
        title="LoadBalancerName",
        tags=Tags("Tags"),
        status="LoadBalancerStatus",
        created="CreateTime",
        relations={"vpc": ("VpcId",)},
        attached=Attached("ecs", calls={"": LISTENERS}),
    ),
    AssetType(
        "lb.gwlb",
        GWLB,
        "DescribeGatewayLoadBalancers",
        ByOffset(100),
        items="LoadBalancerSet",
        native_id="LoadBalancerId",
        title="LoadBalancerName",
        tags=Tags("Tags"),
        status="Status",
        created="CreateTime",
        ips=("Vips",),
        relations={"vpc": ("VpcId",), "vswitch": ("SubnetId",)},
        attached=Attached("ecs", calls={"": GROUP_TARGETS}),
    ),
    AssetType(
        "cdn",
        CDN,
        "DescribeDomains",
        ByOffset(1000, total_path="TotalNumber"),
        items="Domains",
        native_id="ResourceId",
        title="Domain",
        status="Status",
        created="CreateTime",
        volatile=("UpdateTime",),
        home="",
    ),
    # One API in two places: the domains protected in the mainland and those protected elsewhere.
    _waf("waf.mainland", "ap-guangzhou"),
    _waf("waf.overseas", "ap-seoul"),
    AssetType(
        "dns",
        DNSPOD,
        "DescribeDomainList",
        ByOffset(3000, total_path="DomainCountInfo.DomainTotal"),
        items="DomainList",
        native_id="DomainId",
        title="Name",
        tags=Tags("TagList"),
        status="Status",
        created="CreatedOn",
        volatile=("UpdatedOn",),
        home="",
        nothing="ResourceNotFound.NoDataOfDomain",
    ),
)
