"""Networks, and what stands at their edge."""

from __future__ import annotations

from dataclasses import replace

from chalicelib.providers.aliyun.declaration import (
    ECS,
    ECS_TAGS,
    PLAIN_TAGS,
    VPC,
    VPC_TAGS,
    AssetType,
    Attached,
    Product,
    Unless,
    When,
)
from chalicelib.providers.aliyun.endpoints import HOME_REGION, OVERSEAS_REGION
from chalicelib.providers.aliyun.paging import ByNumber, ByToken, Unpaged

SLB = Product("slb", "2014-05-15")
ALB = Product("alb", "2020-06-16")
NLB = Product("nlb", "2022-04-30")
NLB_GROUPS = replace(NLB, style="FORM")
CDN = Product("cdn", "2018-05-10")
WAF = Product("waf", "2021-10-01")
DNS = Product("alidns", "2015-01-09")


def _in_groups(product: Product) -> Attached:
    groups = AssetType(
        "server_group",
        product,
        "ListServerGroups",
        ByToken(100),
        items="ServerGroups",
        native_id="ServerGroupId",
        title="ServerGroupName",
        relations={"lb": ("RelatedLoadBalancerIds",)},
        query={"ServerGroupType": "Instance"},
    )
    servers = AssetType(
        "server",
        product,
        "ListServerGroupServers",
        ByToken(100),
        items="Servers",
        native_id="ServerId",
        title="Description",
        relations={"ecs": (When("ServerType", "Ecs", "ServerId"),)},
    )
    return Attached(kind="ecs", members=servers, parameter="ServerGroupId", groups=groups, count="ServerCount")


LISTENING = AssetType(
    "backend_server",
    SLB,
    "DescribeHealthStatus",  # of all listeners, whatever kind of group each sends requests to
    Unpaged(),
    items="BackendServers.BackendServer",
    native_id="ServerId",
    title="ServerIp",
    relations={"ecs": (Unless("ServerId", ("eni-", "eci-")),)},  # its answers do not tell the type of a server
)


TYPES = (
    AssetType(
        "vpc",
        VPC,
        "DescribeVpcs",
        ByNumber(50),
        items="Vpcs.Vpc",
        native_id="VpcId",
        title="VpcName",
        tags=VPC_TAGS,
        status="Status",
        relations={"vswitch": ("VSwitchIds.VSwitchId",)},
        dry_run=True,
    ),
    AssetType(
        "vswitch",
        VPC,
        "DescribeVSwitches",
        ByNumber(50),
        items="VSwitches.VSwitch",
        native_id="VSwitchId",
        title="VSwitchName",
        tags=VPC_TAGS,
        status="Status",
        zone="ZoneId",
        relations={"vpc": ("VpcId",)},
        volatile=("AvailableIpAddressCount",),
        dry_run=True,
    ),
    AssetType(
        "eip",
        VPC,
        "DescribeEipAddresses",
        ByNumber(100),
        items="EipAddresses.EipAddress",
        native_id="AllocationId",
        title="Name",
        tags=VPC_TAGS,
        status="Status",
        zone="Zone",
        created="AllocationTime",
        ips=("IpAddress",),
        relations={
            "ecs": (When("InstanceType", "EcsInstance", "InstanceId"),),
            "eni": (When("InstanceType", "NetworkInterface", "InstanceId"),),
            "lb": (When("InstanceType", "SlbInstance", "InstanceId"),),
        },
        dry_run=True,
    ),
    AssetType(
        "eni",
        ECS,
        "DescribeNetworkInterfaces",
        ByToken(500),
        items="NetworkInterfaceSets.NetworkInterfaceSet",
        native_id="NetworkInterfaceId",
        title="NetworkInterfaceName",
        tags=ECS_TAGS,
        status="Status",
        zone="ZoneId",
        ips=(
            "PrivateIpAddress",
            "PrivateIpSets.PrivateIpSet.PrivateIpAddress",
            "AssociatedPublicIp.PublicIpAddress",
            "PrivateIpSets.PrivateIpSet.AssociatedPublicIp.PublicIpAddress",
            "Ipv6Sets.Ipv6Set.Ipv6Address",
        ),
        relations={
            "ecs": ("InstanceId",),
            "vpc": ("VpcId",),
            "vswitch": ("VSwitchId",),
            "security_group": ("SecurityGroupIds.SecurityGroupId",),
        },
    ),
    AssetType(
        "lb.clb",
        SLB,
        "DescribeLoadBalancers",
        ByNumber(100),
        items="LoadBalancers.LoadBalancer",
        native_id="LoadBalancerId",
        title="LoadBalancerName",
        tags=ECS_TAGS,
        status="LoadBalancerStatus",
        zone="MasterZoneId",
        created="CreateTime",
        ips=("Address",),
        relations={"vpc": ("VpcId",), "vswitch": ("VSwitchId",)},
        attached=Attached(kind="ecs", members=LISTENING, parameter="LoadBalancerId"),
    ),
    AssetType(
        "lb.alb",
        ALB,
        "ListLoadBalancers",
        ByToken(100),
        items="LoadBalancers",
        native_id="LoadBalancerId",
        title="LoadBalancerName",
        tags=PLAIN_TAGS,
        status="LoadBalancerStatus",
        created="CreateTime",
        relations={"vpc": ("VpcId",), "security_group": ("SecurityGroupIds",)},
        attached=_in_groups(ALB),
    ),
    AssetType(
        "lb.nlb",
        NLB,
        "ListLoadBalancers",
        ByToken(100),
        items="LoadBalancers",
        native_id="LoadBalancerId",
        title="LoadBalancerName",
        tags=PLAIN_TAGS,
        status="LoadBalancerStatus",
        created="CreateTime",
        ips=(
            "ZoneMappings.LoadBalancerAddresses.PrivateIPv4Address",
            "ZoneMappings.LoadBalancerAddresses.PublicIPv4Address",
            "ZoneMappings.LoadBalancerAddresses.Ipv6Address",
        ),
        relations={
            "vpc": ("VpcId",),
            "vswitch": ("ZoneMappings.VSwitchId",),
            "security_group": ("SecurityGroupIds",),
            "eip": ("ZoneMappings.LoadBalancerAddresses.AllocationId",),
            "eni": ("ZoneMappings.LoadBalancerAddresses.EniId",),
        },
        volatile=(
            "ZoneMappings.LoadBalancerAddresses.PrivateIPv4HcStatus",
            "ZoneMappings.LoadBalancerAddresses.PrivateIPv6HcStatus",
        ),
        attached=_in_groups(NLB_GROUPS),
    ),
    AssetType(
        "cdn",
        CDN,
        "DescribeUserDomains",
        ByNumber(500),
        items="Domains.PageData",
        native_id="DomainName",
        title="DomainName",
        status="DomainStatus",
        created="GmtCreated",
        home=HOME_REGION,
    ),
    *(
        AssetType(
            name,
            WAF,
            "DescribeInstance",
            Unpaged(),
            items="",
            native_id="InstanceId",
            title="Edition",
            status="Status",
            created="StartTime",
            volatile=("RequestId",),
            home=home,
        )
        for name, home in (("waf.mainland", HOME_REGION), ("waf.overseas", OVERSEAS_REGION))
    ),
    AssetType(
        "dns",
        DNS,
        "DescribeDomains",
        ByNumber(100),
        items="Domains.Domain",
        native_id="DomainId",
        title="DomainName",
        tags=VPC_TAGS,
        created="CreateTime",
        home=HOME_REGION,
    ),
)
