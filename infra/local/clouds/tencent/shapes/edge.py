"""What belongs to no region: accelerated, protected and resolved domains. The name of each is a domain."""

from __future__ import annotations

from infra.local.clouds.inventory import Item
from infra.local.clouds.tencent.shapes.seed import APP_ID, Seed


def cdn(seed: Seed) -> Item:
    return {
        "ResourceId": seed.id,
        "Domain": seed.name,
        "Cname": f"{seed.name}.cdn.dnsv1.com",
        "AppId": APP_ID,
        "ProjectId": 0,
        "Product": "cdn",
        "ServiceType": "web",
        "Area": "mainland",
        "Status": "online",
        "Disable": "normal",
        "Readonly": "normal",
        "ParentHost": "",
        "Origin": {"Origins": ["origin.example.com"], "OriginType": "domain", "OriginPullProtocol": "http"},
        "CreateTime": seed.local,
        "UpdateTime": seed.local,
    }


def waf(seed: Seed, *, load_balancer: str) -> Item:
    """Protected at a load balancer, or with none by the cloud's own proxies."""
    balancers = {"LoadBalancerId": load_balancer, "LoadBalancerType": "OPEN", "Vport": 80, "Protocol": "HTTP"}
    return {
        "DomainId": seed.id,
        "Domain": seed.name,
        "InstanceId": "waf_2kxtlbky00b2v1fn",
        "InstanceName": "default",
        "AppId": APP_ID,
        "Edition": "clb-waf" if load_balancer else "sparta-waf",
        "Region": "gz",
        "ApRegion": [seed.place.region],
        "Cname": f"{seed.id}.qcloudwaf.com",
        "Status": 1,
        "State": 0,
        "Mode": 1,
        "Engine": 20,
        "Level": 3,
        "FlowMode": 1,
        "BotStatus": 0,
        "ApiStatus": 0,
        "ClsStatus": 1,
        "Ipv6Status": 0,
        "Ports": [{"Port": "80", "Protocol": "http", "UpstreamPort": "80", "UpstreamProtocol": "http"}],
        "LoadBalancerSet": [balancers] if load_balancer else None,
        "CCList": [],
        "RsList": [],
        "SgID": "",
        "CreateTime": seed.created.isoformat(),
        "ModifyTime": seed.created.isoformat(),
        "TagInfos": seed.long_tags,
    }


def dns(seed: Seed) -> Item:
    return {
        "DomainId": int(seed.id),
        "Name": seed.name,
        "Punycode": seed.name,
        "Status": "ENABLE",
        "DNSStatus": "",
        "EffectiveDNS": ["ns3.dnsv5.com", "ns4.dnsv5.com"],
        "Grade": "DP_FREE",
        "GradeLevel": 2,
        "GradeTitle": "free",
        "GroupId": 1,
        "IsVip": "NO",
        "Owner": "qcloud_uin_100012345678@qcloud.com",
        "RecordCount": 4,
        "Remark": "",
        "SearchEnginePush": "NO",
        "CNAMESpeedup": "DISABLE",
        "TTL": 600,
        "VipAutoRenew": "DEFAULT",
        "VipStartAt": "0000-00-00 00:00:00",
        "VipEndAt": "0000-00-00 00:00:00",
        "CreatedOn": seed.local,
        "UpdatedOn": seed.local,
        "TagList": seed.long_tags or None,
    }
