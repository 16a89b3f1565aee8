"""Databases."""

from __future__ import annotations

from typing import Any

from infra.local.clouds.inventory import Item
from infra.local.clouds.volcano.shapes.seed import Seed


def mysql(seed: Seed) -> Item:
    return {
        **_relational(seed, "MySQL_8_0", "rds.mysql.d1.n.1c2g"),
        "AddressObject": _address(seed, "3306"),
        "EngineType": "InnoDB",
        "AllowListVersion": "v2",
        "CurrentKernelVersion": "20240501",
        "DeletionProtection": "Disabled",
        "LowerCaseTableNames": "1",
        "NodeNumber": 2,
        "NodeCPUUsedPercentage": 1.5,
        "NodeMemoryUsedPercentage": 30.2,
        "NodeSpaceUsedPercentage": 2.1,
        "TimeZone": "UTC +08:00",
        "ZoneIds": [seed.place.zone],
    }


def postgresql(seed: Seed) -> Item:
    return {
        **_relational(seed, "PostgreSQL_15", "rds.postgres.1c2g"),
        "AddressObject": _address(seed, "5432"),
        "NodeNumber": 2,
        "ZoneIds": [seed.place.zone],
    }


def sqlserver(seed: Seed) -> Item:
    node = {
        "InstanceId": seed.id,
        "NodeId": f"{seed.id}-0",
        "NodeIP": seed.ip,
        "NodeType": "Primary",
        "NodeStatus": "Running",
        "NodeSpec": "rds.mssql.se.ha.d2.2c4g",
        "VCPU": 2,
        "Memory": 4,
        "RegionId": seed.place.region,
        "ZoneId": seed.place.zone,
        "CreateTime": seed.utc,
        "UpdateTime": seed.utc,
    }
    return {
        **_relational(seed, "SQLServer_2019_Std", "rds.mssql.se.ha.d2.2c4g"),
        "InstanceCategory": "Primary",
        "NodeDetailInfo": [node],
        "Port": "1433",
        "PrimaryInstanceId": "",
        "ReadOnlyNumber": 0,
        "ServerCollation": "Chinese_PRC_CI_AS",
        "TimeZone": "China Standard Time",
    }


def vedb(seed: Seed) -> Item:
    place = seed.place
    return {
        "InstanceId": seed.id,
        "InstanceName": seed.name,
        "InstanceStatus": "Running",
        "DBEngineVersion": "MySQL_8_0",
        "DBRevisionVersion": "3.0.1.2",
        "SpecFamily": "General",
        "RegionId": place.region,
        "ZoneIds": place.zone,
        "VpcId": place.vpc,
        "SubnetId": place.subnet,
        "Nodes": [
            {
                "NodeId": f"{seed.id}-0",
                "NodeSpec": "vedb.mysql.g4.large",
                "NodeType": "Primary",
                "vCPU": 2,
                "Memory": 8,
                "ZoneId": place.zone,
                "FailoverPriority": 0,
            }
        ],
        "ChargeDetail": _charge(seed),
        "StorageChargeType": "PostPaid",
        "StorageUsedGiB": 1.25,
        "PrePaidStorageInGB": 0,
        "LowerCaseTableNames": "1",
        "DeletionProtection": "disabled",
        "TimeZone": "UTC +08:00",
        "ProjectName": "default",
        "CreateTime": seed.utc,
        "Tags": seed.tags,
    }


def redis(seed: Seed) -> Item:
    place = seed.place
    return {
        "InstanceId": seed.id,
        "InstanceName": seed.name,
        "InstanceClass": "PrimarySecondary",
        "Status": "Running",
        "EngineVersion": "6.0",
        "RegionId": place.region,
        "ZoneIds": [place.zone],
        "VpcId": place.vpc,
        "VIP": seed.ip,
        "VIPv6": "",
        "PrivateAddress": f"{seed.id}.redis.ivolces.com",
        "PrivatePort": "6379",
        "Capacity": {"Total": 2048, "Used": 57},
        "ShardCapacity": 2,
        "ShardNumber": 1,
        "ShardedCluster": 0,
        "NodeNumber": 2,
        "MultiAZ": "disabled",
        "ServiceType": "Basic",
        "ChargeType": "PostPaid",
        "DeletionProtection": "disabled",
        "ExpiredTime": "",
        "ProjectName": "default",
        "CreateTime": seed.utc,
        "Tags": seed.tags,
    }


def mongodb(seed: Seed) -> Item:
    place = seed.place
    return {
        "InstanceId": seed.id,
        "InstanceName": seed.name,
        "InstanceType": "ReplicaSet",
        "InstanceStatus": "Running",
        "DBEngineVersion": "MongoDB_5_0",
        "DBEngineVersionStr": "MongoDB 5.0",
        "ConfigServersId": "",
        "MongosId": "",
        "PrivateEndpoint": f"mongodb://{seed.id}0.mongodb.ivolces.com:3717",
        "ReadOnlyNodeNumber": 0,
        "StorageType": "LocalSSD",
        "VpcId": place.vpc,
        "SubnetId": place.subnet,
        "ZoneId": place.zone,
        "ChargeType": "PostPaid",
        "ChargeStatus": "Normal",
        "AutoRenew": False,
        "ClosedTime": "",
        "ExpiredTime": "",
        "ReclaimTime": "",
        "ProjectName": "default",
        "CreateTime": seed.utc,
        "UpdateTime": seed.utc,
        "Tags": seed.tags,
    }


def _relational(seed: Seed, version: str, spec: str) -> Item:
    """What the three RDS show alike."""
    place = seed.place
    return {
        "InstanceId": seed.id,
        "InstanceName": seed.name,
        "InstanceStatus": "Running",
        "InstanceType": "DoubleNode",
        "DBEngineVersion": version,
        "NodeSpec": spec,
        "StorageSpace": 100,
        "StorageType": "LocalSSD",
        "RegionId": place.region,
        "ZoneId": place.zone,
        "VpcId": place.vpc,
        "SubnetId": place.subnet,
        "ChargeDetail": _charge(seed),
        "ProjectName": "default",
        "CreateTime": seed.utc,
        "Tags": seed.tags,
    }


def _address(seed: Seed, port: str) -> list[dict[str, Any]]:
    return [
        {
            "NetworkType": "Private",
            "Domain": f"{seed.id}.rds.ivolces.com",
            "IPAddress": seed.ip,
            "Port": port,
            "SubnetId": seed.place.subnet,
            "EipId": "",
            "DNSVisibility": False,
        }
    ]


def _charge(seed: Seed) -> Item:
    return {"ChargeType": "PostPaid", "ChargeStatus": "Normal", "ChargeStartTime": seed.utc, "AutoRenew": False}
