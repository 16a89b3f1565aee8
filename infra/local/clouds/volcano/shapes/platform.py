"""File systems, Kafka and Elasticsearch."""

from __future__ import annotations

from infra.local.clouds.inventory import Item
from infra.local.clouds.volcano.shapes.seed import ACCOUNT, Seed


def file_system(seed: Seed) -> Item:
    place = seed.place
    return {
        "FileSystemId": seed.id,
        "FileSystemName": seed.name,
        "FileSystemType": "Extreme",
        "Description": "",
        "Status": "Running",
        "ProtocolType": "NFS",
        "StorageType": "Standard",
        "Capacity": {"Total": 100, "Used": 3},
        "SnapshotCount": 0,
        "ChargeType": "PayAsYouGo",
        "RegionId": place.region,
        "ZoneId": place.zone,
        "ZoneName": place.zone,
        "Version": "1.0",
        "ProjectName": "default",
        "CreateTime": seed.utc,
        "UpdateTime": seed.utc,
        "Tags": [tag | {"Type": "custom"} for tag in seed.tags],
    }


def kafka(seed: Seed) -> Item:
    place = seed.place
    return {
        "InstanceId": seed.id,
        "InstanceName": seed.name,
        "InstanceDescription": "",
        "InstanceStatus": "Running",
        "AccountId": ACCOUNT,
        "Version": "2.8.2",
        "ComputeSpec": "kafka.20xrate.hw",
        "StorageSpace": 300,
        "StorageType": "ESSD_FlexPL",
        "ReadBandwidth": 20,
        "WriteBandwidth": 20,
        "UsableGroupNumber": 48,
        "UsablePartitionNumber": 340,
        "UsableTopicNumber": 340,
        "UsedGroupNumber": 2,
        "UsedPartitionNumber": 10,
        "UsedStorageSpace": 4,
        "UsedTopicNumber": 10,
        "RegionId": place.region,
        "ZoneId": place.zone,
        "VpcId": place.vpc,
        "SubnetId": place.subnet,
        "EipId": "",
        "ChargeDetail": {"ChargeType": "PostPaid", "ChargeStatus": "Normal", "ChargeStartTime": seed.utc},
        "ProjectName": "default",
        "CreateTime": seed.utc,
        "Tags": dict(seed.labels),
        "TagInfos": seed.tags,
    }


def elasticsearch(seed: Seed) -> Item:
    place = seed.place
    node = {"CPU": 2, "Memory": 8, "Name": "es.x4.medium", "DisplayName": "2C8G", "Description": ""}
    disk = {"Name": "es.volume.essd.pl0", "DisplayName": "ESSD", "Size": 100, "MinSize": 100, "MaxSize": 4000}
    return {
        "InstanceId": seed.id,
        "Status": "Running",
        "ClusterId": f"c-{seed.id}",
        "UserId": ACCOUNT,
        "TotalNodes": 4,
        "InstanceConfiguration": {
            "InstanceName": seed.name,
            "Version": "V7_10",
            "AdminUserName": "admin",
            "ChargeType": "PostPaid",
            "RegionId": place.region,
            "ZoneId": place.zone,
            "ZoneNumber": 1,
            "EnableHttps": True,
            "EnablePureMaster": False,
            "HotNodeNumber": 3,
            "HotNodeResourceSpec": node,
            "HotNodeStorageSpec": disk,
            "KibanaNodeNumber": 1,
            "KibanaNodeResourceSpec": node,
            "VPC": {"VpcId": place.vpc, "VpcName": ""},
            "Subnet": {"SubnetId": place.subnet, "SubnetName": ""},
            "ProjectName": "default",
        },
        "ESEip": seed.ip,
        "ESEipId": "",
        "ESPrivateEndpoint": f"https://{seed.id}.escloud.ivolces.com:9200",
        "ESPublicEndpoint": "",
        "KibanaEip": "",
        "KibanaEipId": "",
        "EnableESPrivateNetwork": True,
        "EnableESPublicNetwork": False,
        "DeletionProtection": False,
        "MaintenanceDay": ["MONDAY"],
        "MaintenanceTime": "02:00-08:00",
        "TransferInfo": None,
        "ChargeEnabled": True,
        "ExpireDate": "",
        "CreateTime": seed.utc,
        "ResourceTags": [],
    }
