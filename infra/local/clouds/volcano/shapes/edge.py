"""Accelerated, protected and resolved domains, and buckets. The name of each is a domain or its own id."""

from __future__ import annotations

from infra.local.clouds.inventory import Item
from infra.local.clouds.volcano.shapes.seed import Seed


def cdn(seed: Seed) -> Item:
    return {
        "Domain": seed.name,
        "Cname": f"{seed.name}.volcgslb.com",
        "Status": "online",
        "ConfigStatus": "online",
        "ServiceType": "web",
        "ServiceRegion": "chinese_mainland",
        "HTTPS": True,
        "IPv6": False,
        "OriginProtocol": "HTTP",
        "PrimaryOrigin": ["origin.example.com"],
        "BackupOrigin": [],
        "CacheShared": "",
        "DomainLock": {"Status": "off", "Remark": ""},
        "FeatureConfig": {"OriginV2": False, "RuleEngine": False},
        "IsConflictDomain": False,
        "Project": "default",
        "CreateTime": seed.unix,
        "UpdateTime": seed.unix,
        "ResourceTags": seed.tags,
    }


def waf(seed: Seed, *, load_balancer: str) -> Item:
    """Protected at a load balancer, or with none by the cloud's own proxies."""
    access = {
        "InstanceID": load_balancer,
        "InstanceName": seed.name,
        "ListenerID": f"lsn-{load_balancer}",
        "Protocol": "HTTP",
        "Port": "80",
    }
    return {
        "Domain": seed.name,
        "Region": seed.place.region,
        "AccessMode": 11 if load_balancer else 10,
        "Status": 1,
        "AttackStatus": 0,
        "DefenceMode": 1,
        "WafEnable": 1,
        "CcEnable": 1,
        "BotRepeatEnable": 0,
        "Cname": f"{seed.id}.waf.example.com",
        "LBAlgorithm": "wrr",
        "Protocols": "HTTP",
        "ProtocolPorts": {"HTTP": [80], "HTTPS": []},
        "PublicRealServer": 0 if load_balancer else 1,
        "VpcID": seed.place.vpc if load_balancer else "",
        "CloudAccessConfig": [access] if load_balancer else None,
        "BackendGroups": [],
        "TLSEnable": 0,
        "UpdateTime": seed.utc,
    }


def dns(seed: Seed) -> Item:
    return {
        "ZID": int(seed.id),
        "ZoneName": seed.name,
        "TradeCode": "free_inner",
        "InstanceID": "",
        "IsSubDomain": False,
        "RecordCount": 4,
        "CacheStage": 2,
        "DnsSecurity": "",
        "Remark": "",
        "LastOperator": "root",
        "ProjectName": "default",
        "CreatedAt": seed.utc,
        "UpdatedAt": seed.utc,
        "ExpiredTime": 0,
        "Tags": seed.tags,
    }


def bucket(seed: Seed) -> Item:
    region = seed.place.region
    return {
        "Name": seed.id,
        "CreationDate": seed.utc.replace("Z", ".000Z"),
        "Location": region,
        "ExtranetEndpoint": f"tos-{region}.volces.com",
        "IntranetEndpoint": f"tos-{region}.ivolces.com",
        "ProjectName": "default",
    }
