"""File systems, Kafka and Elasticsearch."""

from __future__ import annotations

from infra.local.clouds.inventory import Item
from infra.local.clouds.tencent.shapes.seed import APP_ID, Seed


def file_system(seed: Seed) -> Item:
    return {
        "FileSystemId": seed.id,
        "FsName": seed.name,
        "CreationToken": seed.name,
        "CreationTime": seed.local,
        "LifeCycleState": "available",
        "Protocol": "NFS",
        "StorageType": "SD",
        "Zone": seed.place.zone,
        "ZoneId": seed.place.zone_id,
        "SizeByte": 1048576,
        "SizeLimit": 163840,
        "Capacity": 163840,
        "BandwidthLimit": 100.0,
        "Encrypted": False,
        "KmsKeyId": "",
        "PGroup": {"PGroupId": "pgroupbasic", "Name": "default"},
        "AutoSnapshotPolicyId": "",
        "SnapStatus": "normal",
        "TieringState": "NotAvailable",
        "TieringDetail": {"TieringSizeInBytes": -1, "SecondaryTieringSizeInBytes": -1},
        "AppId": APP_ID,
        "Tags": seed.long_tags,
    }


def bucket(seed: Seed) -> Item:
    return {
        "Name": f"{seed.id}-{APP_ID}",
        "Location": seed.place.region,
        "CreationDate": seed.utc,
        "BucketType": "cos",
    }


def kafka(seed: Seed) -> Item:
    place = seed.place
    return {
        "InstanceId": seed.id,
        "InstanceName": seed.name,
        "InstanceType": "profession",
        "Status": 1,
        "Healthy": 1,
        "HealthyMessage": "",
        "Vip": seed.ip,
        "Vport": "9092",
        "VipList": [{"Vip": seed.ip, "Vport": "9092"}],
        "VpcId": place.vpc,
        "SubnetId": place.subnet,
        "ZoneId": place.zone_id,
        "ZoneIds": [place.zone_id],
        "Bandwidth": 320,
        "DiskSize": 500,
        "DiskType": "CLOUD_SSD",
        "Version": "2.8.1",
        "TopicNum": 6,
        "PartitionNumber": 60,
        "MaxTopicNumber": 400,
        "MaxPartitionNumber": 800,
        "RenewFlag": 0,
        "CreateTime": int(seed.created.timestamp()),
        "ExpireTime": 4102444799,
        "RebalanceTime": "0000-00-00 00:00:00",
        "IsInternal": 0,
        "Cvm": 1,
        "Features": [],
        "Tags": seed.long_tags,
    }


def elasticsearch(seed: Seed) -> Item:
    place = seed.place
    return {
        "InstanceId": seed.id,
        "InstanceName": seed.name,
        "InstanceType": 2,
        "Status": 1,
        "HealthStatus": 0,
        "ProcessPercent": None,
        "Region": place.region,
        "Zone": place.zone,
        "AppId": APP_ID,
        "VpcUid": place.vpc,
        "SubnetUid": place.subnet,
        "SecurityGroups": [place.security_group],
        "EsVersion": "7.14.2",
        "LicenseType": "platinum",
        "NodeType": "ES.S1.MEDIUM8",
        "NodeNum": 3,
        "CpuNum": 2,
        "MemSize": 8,
        "DiskType": "CLOUD_SSD",
        "DiskSize": 200,
        "EsDomain": "",
        "EsVip": seed.ip,
        "EsPort": 9200,
        "KibanaUrl": f"https://{seed.id}.kibana.example.com",
        "KibanaPrivateVip": None,
        "ChargeType": "POSTPAID_BY_HOUR",
        "DeployMode": 0,
        "MultiZoneInfo": None,
        "CreateTime": seed.local,
        "UpdateTime": seed.local,
        "TagList": seed.long_tags,
    }
