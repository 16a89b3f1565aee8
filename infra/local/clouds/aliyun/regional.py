"""Items of file systems, message queues and search clusters."""

from __future__ import annotations

from datetime import datetime

from infra.local.clouds.aliyun.shapes import Place, vpc_tags
from infra.local.clouds.inventory import Item


def files(native_id: str, name: str, place: Place, created: datetime) -> Item:
    target = {
        "MountTargetDomain": f"{native_id}-abc12.{place.region}.nas.aliyuncs.com",
        "NetworkType": "Vpc",
        "VpcId": place.vpc,
        "VswId": place.vswitch,
        "AccessGroupName": "DEFAULT_VPC_GROUP_NAME",
        "Status": "Active",
        "ClientMasterNodes": {"ClientMasterNode": []},
        "Tags": {"Tag": []},
    }
    return {
        "FileSystemId": native_id,
        "Description": name,
        "FileSystemType": "standard",
        "StorageType": "Performance",
        "ProtocolType": "NFS",
        "Status": "Running",
        "Capacity": 1099511627776,
        "MeteredSize": 1073741824,
        "MeteredIASize": 0,
        "MeteredArchiveSize": 0,
        "Bandwidth": 0,
        "EncryptType": 0,
        "KMSKeyId": "",
        "ChargeType": "PayAsYouGo",
        "RegionId": place.region,
        "ZoneId": place.zone,
        "VpcId": "",
        "MountTargets": {"MountTarget": [target]},
        "Packages": {"Package": []},
        "Ldap": {},
        "Options": {},
        "SupportedFeatures": {"SupportedFeature": ["LifecycleManagement"]},
        "AutoSnapshotPolicyId": "",
        "ResourceGroupId": "",
        "ExpiredTime": "",
        "CreateTime": created.strftime("%Y-%m-%dT%H:%M:%SCST"),
        "Tags": vpc_tags({"team": "platform"}),
    }


def queue(native_id: str, name: str, place: Place, created: datetime) -> Item:
    return {
        "InstanceId": native_id,
        "Name": name,
        "ServiceStatus": 5,
        "ViewInstanceStatusCode": 2,
        "RegionId": place.region,
        "ZoneId": place.zone,
        "StandardZoneId": place.zone,
        "VpcId": place.vpc,
        "VSwitchId": place.vswitch,
        "SecurityGroup": place.security_group,
        "DeployType": 5,
        "SpecType": "professional",
        "Series": "v2",
        "PaidType": 1,
        "DiskSize": 500,
        "DiskType": 1,
        "IoMax": 20,
        "IoMaxSpec": "alikafka.hw.2xlarge",
        "EipMax": 0,
        "MsgRetain": 72,
        "TopicNumLimit": 1000,
        "UsedTopicCount": 17,
        "UsedGroupCount": 9,
        "UsedPartitionCount": 204,
        "EndPoint": "172.16.0.10:9092,172.16.0.11:9092,172.16.0.12:9092",
        "DomainEndpoint": f"{native_id}-1-vpc.alikafka.aliyuncs.com:9092",
        "SslEndPoint": "",
        "AllConfig": '{"kafka.log.retention.hours":"72"}',
        "UpgradeServiceDetailInfo": {"Current2OpenSourceVersion": "2.2.0"},
        "KmsKeyId": "",
        "ResourceGroupId": "",
        "ExpiredTime": 4092566400000,
        "CreateTime": round(created.timestamp() * 1000),
        "Tags": {"TagVO": [{"Key": "team", "Value": "data"}]},
    }


def search(native_id: str, name: str, place: Place, created: datetime) -> Item:
    moment = created.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "instanceId": native_id,
        "description": name,
        "status": "active",
        "esVersion": "8.9_with_X-Pack",
        "paymentType": "postpaid",
        "postpaidServiceStatus": "active",
        "nodeAmount": 3,
        "nodeSpec": {"spec": "elasticsearch.sn2ne.large", "disk": 100, "diskType": "cloud_essd"},
        "dedicateMaster": False,
        "networkConfig": {
            "type": "vpc",
            "vpcId": place.vpc,
            "vswitchId": place.vswitch,
            "vsArea": place.zone,
            "whiteIpGroupList": [],
        },
        "zoneCount": 1,
        "zoneInfos": [{"zoneId": place.zone, "status": "NORMAL"}],
        "domain": f"{native_id}.elasticsearch.aliyuncs.com",
        "port": 9200,
        "protocol": "HTTP",
        "kibanaConfiguration": {"spec": "elasticsearch.n4.small", "amount": 1},
        "extendConfigs": [],
        "isNewDeployment": True,
        "serviceVpc": False,
        "resourceGroupId": "",
        "createdAt": moment,
        "updatedAt": moment,
        "tags": [{"tagKey": "team", "tagValue": "data"}],
    }
