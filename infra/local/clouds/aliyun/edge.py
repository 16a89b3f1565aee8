"""Items that belong to no region: domains, firewalls and buckets."""

from __future__ import annotations

from datetime import datetime

from infra.local.clouds.aliyun.shapes import minutes, seconds, vpc_tags
from infra.local.clouds.inventory import Item


def accelerated(native_id: int, domain: str, created: datetime) -> Item:
    """A domain of the CDN."""
    source = {"Content": "203.0.113.10", "Port": 80, "Priority": "20", "Type": "ipaddr", "Weight": "10"}
    return {
        "DomainName": domain,
        "DomainId": native_id,
        "Cname": f"{domain}.w.kunlunsl.com",
        "CdnType": "web",
        "Coverage": "domestic",
        "DomainStatus": "online",
        "Description": "",
        "Sandbox": "normal",
        "SslProtocol": "on",
        "Sources": {"Source": [source]},
        "ResourceGroupId": "",
        "GmtCreated": seconds(created),
        "GmtModified": seconds(created),
    }


def firewall(native_id: str, region: str, created: datetime) -> Item:
    limits = {"BackendMaxCount": 20, "CnameResourceMaxCount": 10, "DefenseObjectMaxCount": 600, "Ipv6": True}
    return {
        "InstanceId": native_id,
        "RegionId": region,
        "Edition": "default_version",
        "PayType": "POSTPAY",
        "Status": 1,
        "InDebt": "1",
        "StartTime": round(created.timestamp() * 1000),
        "EndTime": 4092566400000,
        "Details": limits,
    }


def resolved(native_id: str, domain: str, created: datetime) -> Item:
    """A domain whose records aliyun serves."""
    return {
        "DomainId": native_id,
        "DomainName": domain,
        "PunyCode": domain,
        "AliDomain": True,
        "DnsServers": {"DnsServer": ["dns1.hichina.com", "dns2.hichina.com"]},
        "GroupId": "",
        "GroupName": "",
        "InstanceId": "",
        "InstanceExpired": False,
        "InstanceEndTime": "",
        "VersionCode": "mianfei",
        "VersionName": "Alibaba Cloud DNS",
        "RecordCount": 12,
        "Remark": "",
        "Starmark": False,
        "RegistrantEmail": "",
        "ResourceGroupId": "",
        "CreateTime": minutes(created),
        "CreateTimestamp": round(created.timestamp() * 1000),
        "Tags": vpc_tags({"owner": "web"}),
    }


def bucket(name: str, region: str, created: datetime) -> Item:
    return {
        "Name": name,
        "Location": f"oss-{region}",
        "Region": region,
        "StorageClass": "Standard",
        "CreationDate": created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "ExtranetEndpoint": f"oss-{region}.aliyuncs.com",
        "IntranetEndpoint": f"oss-{region}-internal.aliyuncs.com",
        "ResourceGroupId": "rg-default",
    }
