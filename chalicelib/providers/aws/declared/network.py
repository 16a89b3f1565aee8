"""Networks, and what stands at their edge."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.providers.aws.declaration import AssetType, Attached, Paging

TARGET_GROUPS = AssetType(
    service="elbv2",
    operation="DescribeTargetGroups",
    items="TargetGroups[?TargetType=='instance' && LoadBalancerArns]",
    page_size=400,
    native_id="TargetGroupArn",
    name="TargetGroupName",
    tags="",
    relations={"lb": "LoadBalancerArns"},
)
"""Those with machines, and with a load balancer: of the others nobody needs to be asked."""

TYPES: Mapping[str, AssetType] = {
    "vpc": AssetType(
        service="ec2",
        operation="DescribeVpcs",
        items="Vpcs",
        page_size=1000,
        native_id="VpcId",
        status="State",
    ),
    "vswitch": AssetType(
        service="ec2",
        operation="DescribeSubnets",
        items="Subnets",
        page_size=1000,
        native_id="SubnetId",
        status="State",
        zone="AvailabilityZone",
        relations={"vpc": "VpcId"},
        volatile=frozenset({"AvailableIpAddressCount"}),
    ),
    "eip": AssetType(
        service="ec2",
        operation="DescribeAddresses",
        items="Addresses",
        native_id="AllocationId || PublicIp",
        ips=("PublicIp",),
        relations={"ecs": "InstanceId", "eni": "NetworkInterfaceId"},
    ),
    "eni": AssetType(
        service="ec2",
        operation="DescribeNetworkInterfaces",
        items="NetworkInterfaces",
        page_size=1000,
        native_id="NetworkInterfaceId",
        name="TagSet[?Key=='Name'] | [0].Value",
        status="Status",
        zone="AvailabilityZone",
        tags="TagSet",
        ips=(
            "PrivateIpAddress",
            "PrivateIpAddresses[].[PrivateIpAddress, Association.PublicIp][]",
            "Ipv6Addresses[].Ipv6Address",
        ),
        relations={
            "ecs": "Attachment.InstanceId",
            "vpc": "VpcId",
            "vswitch": "SubnetId",
            "security_group": "Groups[].GroupId",
        },
    ),
    "lb.classic": AssetType(
        service="elb",
        operation="DescribeLoadBalancers",
        items="LoadBalancerDescriptions",
        page_size=400,
        native_id="LoadBalancerName",
        name="LoadBalancerName",
        created_at="CreatedTime",
        tags="",
        relations={
            "ecs": "Instances[].InstanceId",
            "vpc": "VPCId",
            "vswitch": "Subnets",
            "security_group": "SecurityGroups",
        },
    ),
    "lb.v2": AssetType(
        service="elbv2",
        operation="DescribeLoadBalancers",
        items="LoadBalancers",
        page_size=400,
        native_id="LoadBalancerArn",
        name="LoadBalancerName",
        status="State.Code",
        created_at="CreatedTime",
        tags="",
        ips=("AvailabilityZones[].LoadBalancerAddresses[].IpAddress",),
        attached=Attached(
            kind="ecs",
            listing=TARGET_GROUPS,
            to="lb",
            operation="DescribeTargetHealth",
            parameter="TargetGroupArn",
            found="TargetHealthDescriptions[?TargetHealth.State != 'draining'].Target.Id",
        ),
        relations={
            "vpc": "VpcId",
            "vswitch": "AvailabilityZones[].SubnetId",
            "security_group": "SecurityGroups",
            "eip": "AvailabilityZones[].LoadBalancerAddresses[].AllocationId",
        },
    ),
    "cdn": AssetType(
        service="cloudfront",
        operation="ListDistributions",
        items="DistributionList.Items",
        count="DistributionList.Quantity",
        page_size=100,
        native_id="Id",
        name="DomainName",
        status="Status",
        tags="",
        relations={"waf": "WebACLId"},
        everywhere=True,
    ),
    **{
        name: AssetType(
            service="wafv2",
            operation="ListWebACLs",
            items="WebACLs",
            page_size=100,
            paging=Paging(token="NextMarker", limit="Limit", next_token="NextMarker"),  # noqa: S106 a parameter's name
            native_id="ARN",
            name="Name",
            tags="",
            volatile=frozenset({"LockToken"}),
            parameters={"Scope": scope},
            everywhere=scope == "CLOUDFRONT",
        )
        for name, scope in (("waf.regional", "REGIONAL"), ("waf.cloudfront", "CLOUDFRONT"))
    },
    "dns": AssetType(
        service="route53",
        operation="ListHostedZones",
        items="HostedZones",
        page_size=100,
        native_id="Id",
        name="Name",
        tags="",
        everywhere=True,
    ),
}
