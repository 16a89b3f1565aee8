"""Items of the databases."""

from __future__ import annotations

from datetime import datetime

from infra.local.clouds.aliyun.shapes import Place, seconds, vpc_tags
from infra.local.clouds.inventory import Item


def relational(native_id: str, name: str, place: Place, created: datetime) -> Item:
    return {
        "DBInstanceId": native_id,
        "DBInstanceDescription": name,
        "DBInstanceStatus": "Running",
        "DBInstanceClass": "mysql.n4.medium.2c",
        "DBInstanceCPU": "2",
        "DBInstanceMemory": 8192,
        "DBInstanceType": "Primary",
        "DBInstanceNetType": "Intranet",
        "DBInstanceStorageType": "cloud_essd",
        "Engine": "MySQL",
        "EngineVersion": "8.0",
        "Category": "HighAvailability",
        "ConnectionMode": "Standard",
        "ConnectionString": f"{native_id}.mysql.rds.aliyuncs.com",
        "InstanceNetworkType": "VPC",
        "VpcId": place.vpc,
        "VSwitchId": place.vswitch,
        "VpcCloudInstanceId": native_id,
        "VpcName": "",
        "RegionId": place.region,
        "ZoneId": place.zone,
        "PayType": "Postpaid",
        "LockMode": "Unlock",
        "LockReason": "",
        "MutriORsignle": False,
        "DeletionProtection": True,
        "ReadOnlyDBInstanceIds": {"ReadOnlyDBInstanceId": []},
        "TipsLevel": 0,
        "Tips": "",
        "AutoUpgradeMinorVersion": "Auto",
        "ResourceGroupId": "",
        "ExpireTime": "",
        "DestroyTime": "",
        "CreateTime": seconds(created),
    }


def cache(native_id: str, name: str, place: Place, ip: str, created: datetime) -> Item:
    return {
        "InstanceId": native_id,
        "InstanceName": name,
        "InstanceStatus": "Normal",
        "InstanceType": "Redis",
        "InstanceClass": "redis.master.mid.default",
        "EditionType": "Community",
        "EngineVersion": "7.0",
        "ArchitectureType": "standard",
        "NodeType": "double",
        "PackageType": "standard",
        "Capacity": 2048,
        "Bandwidth": 16,
        "Connections": 10000,
        "QPS": 100000,
        "ConnectionMode": "Standard",
        "ConnectionDomain": f"{native_id}.redis.rds.aliyuncs.com",
        "PrivateIp": ip,
        "Port": 6379,
        "NetworkType": "VPC",
        "VpcId": place.vpc,
        "VSwitchId": place.vswitch,
        "RegionId": place.region,
        "ZoneId": place.zone,
        "SecondaryZoneId": "",
        "ChargeType": "PostPaid",
        "IsRds": True,
        "HasRenewChangeOrder": False,
        "ReplacateId": "",
        "ResourceGroupId": "",
        "UserName": native_id,
        "EndTime": "",
        "DestroyTime": "",
        "CreateTime": seconds(created),
        "Tags": vpc_tags({"engine": "redis"}),
    }


def documents(native_id: str, name: str, place: Place, created: datetime, *, sharded: bool) -> Item:
    """A replica set, or a cluster of two shards behind two routers."""
    node = {"NodeClass": "dds.mongo.standard", "NodeDescription": ""}
    routers = [node | {"NodeId": native_id.replace("dds-", f"s{number}-", 1)} for number in (1, 2)] if sharded else []
    shards = [
        node | {"NodeId": native_id.replace("dds-", f"d{number}-", 1), "NodeStorage": 20, "ReadonlyReplicas": 0}
        for number in ((1, 2) if sharded else ())
    ]
    return {
        "DBInstanceId": native_id,
        "DBInstanceDescription": name,
        "DBInstanceStatus": "Running",
        "DBInstanceType": "sharding" if sharded else "replicate",
        "DBInstanceClass": "" if sharded else "dds.mongo.standard",
        "DBInstanceStorage": 0 if sharded else 20,
        "ReplicationFactor": "3",
        "Engine": "MongoDB",
        "EngineVersion": "7.0",
        "KindCode": "18",
        "StorageType": "cloud_essd1",
        "CapacityUnit": "",
        "ChargeType": "PostPaid",
        "NetworkType": "VPC",
        "VpcAuthMode": "Open",
        "LockMode": "Unlock",
        "RegionId": place.region,
        "ZoneId": place.zone,
        "SecondaryZoneId": "",
        "HiddenZoneId": "",
        "MongosList": {"MongosAttribute": routers},
        "ShardList": {"ShardAttribute": shards},
        "BackupRetentionPolicy": 0,
        "ResourceGroupId": "",
        "LastDowngradeTime": "",
        "DestroyTime": "",
        "ReleaseTime": "",
        "ExpireTime": "",
        "CreationTime": seconds(created),
        "Tags": vpc_tags({"engine": "mongodb"}),
    }
