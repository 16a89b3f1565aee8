"""Databases, file systems, buckets and middleware with all the fields that huawei's own show."""

from __future__ import annotations

from datetime import datetime

from infra.local.clouds.huawei.compute import Place, pairs
from infra.local.clouds.inventory import Item

_TAGS = pairs({"env": "prod"})


def _in(place: Place) -> Item:
    return {"vpc_id": place.vpc, "subnet_id": place.subnet, "security_group_id": place.security_group}


def _offset(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+0000")


def rds(native_id: str, name: str, created: datetime, place: Place, *, ip: str) -> Item:
    node = {"name": f"{name}_node0", "role": "master", "status": "ACTIVE", "availability_zone": place.zone}
    return _in(place) | {
        "id": f"{native_id.replace('-', '')}in03",
        "name": name,
        "status": "ACTIVE",
        "port": 5432,
        "type": "Single",
        "region": place.region,
        "datastore": {"type": "PostgreSQL", "version": "14"},
        "created": _offset(created),
        "updated": _offset(created),
        "volume": {"type": "CLOUDSSD", "size": 80},
        "nodes": [{"id": f"{native_id.replace('-', '')}no03"} | node],
        "private_ips": [ip],
        "public_ips": [],
        "db_user_name": "root",
        "flavor_ref": "rds.pg.x1.large.2",
        "switch_strategy": "",
        "backup_strategy": {"start_time": "00:00-01:00", "keep_days": 7},
        "maintenance_window": "02:00-06:00",
        "related_instance": [],
        "disk_encryption_id": "",
        "enterprise_project_id": "0",
        "time_zone": "UTC",
        "tags": _TAGS,
    }


def redis(native_id: str, name: str, created: datetime, place: Place, *, ip: str) -> Item:
    return _in(place) | {
        "instance_id": native_id,
        "name": name,
        "engine": "Redis",
        "engine_version": "6.0",
        "status": "RUNNING",
        "ip": ip,
        "port": 6379,
        "capacity": 1,
        "max_memory": 1024,
        "used_memory": 2,
        "domain_name": f"redis-{native_id[:7]}.dcs.huaweicloud.com",
        "resource_spec_code": "redis.ha.xu1.large.r2.1",
        "charging_mode": 0,
        "vpc_name": "vpc",
        "created_at": created.strftime("%Y-%m-%dT%H:%M:%S.615Z"),
        "update_at": created.strftime("%Y-%m-%dT%H:%M:%S.936Z"),
        "available_zones": [place.zone],
        "enable_publicip": False,
        "publicip_id": None,
        "publicip_address": None,
        "no_password_access": "false",
        "enterprise_project_id": "0",
        "cache_mode": "ha",
        "cpu_type": "x86_64",
        "task_status": None,
        "tags": _TAGS,
    }


def mongodb(native_id: str, name: str, created: datetime, place: Place, *, ip: str) -> Item:
    plain = native_id.replace("-", "")
    node = {"id": f"{plain}no02", "name": f"{name}_node", "status": "normal", "role": "Primary", "private_ip": ip}
    return _in(place) | {
        "id": f"{plain}in02",
        "name": name,
        "status": "normal",
        "port": "8635",
        "mode": "ReplicaSet",
        "region": place.region,
        "datastore": {"type": "DDS-Community", "version": "4.4", "patch_available": False},
        "engine": "wiredTiger",
        "created": created.strftime("%Y-%m-%dT%H:%M:%S"),
        "updated": created.strftime("%Y-%m-%dT%H:%M:%S"),
        "db_user_name": "rwuser",
        "ssl": 1,
        "backup_strategy": {"start_time": "21:00-22:00", "keep_days": 7},
        "pay_mode": "0",
        "maintenance_window": "02:00-06:00",
        "groups": [
            {
                "type": "replica",
                "id": "",
                "name": "",
                "status": "",
                "volume": {"size": "20", "used": "0.3"},
                "nodes": [node | {"public_ip": "", "availability_zone": place.zone}],
            }
        ],
        "disk_encryption_id": "",
        "enterprise_project_id": "0",
        "time_zone": "",
        "actions": [],
        "tags": _TAGS,
    }


def share(native_id: str, name: str, created: datetime, place: Place) -> Item:
    return _in(place) | {
        "id": native_id,
        "name": name,
        "status": "200",
        "sub_status": None,
        "version": "1.0.0",
        "region": place.region,
        "availability_zone": place.zone,
        "az_name": place.zone,
        "size": "500.00",
        "avail_capacity": "480.00",
        "share_proto": "NFS",
        "share_type": "STANDARD",
        "export_location": "192.168.0.90:/",
        "pay_model": "0",
        "created_at": created.strftime("%Y-%m-%dT%H:%M:%S"),
        "enterprise_project_id": "0",
        "tags": _TAGS,
    }


def bucket(name: str, created: datetime, region: str) -> Item:
    return {
        "Name": name,
        "CreationDate": created.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "Location": region,
        "BucketType": "OBJECT",
    }


def kafka(native_id: str, name: str, created: datetime, place: Place) -> Item:
    return _in(place) | {
        "instance_id": native_id,
        "name": name,
        "engine": "kafka",
        "engine_version": "2.7",
        "status": "RUNNING",
        "type": "cluster",
        "specification": "kafka.4u8g.cluster * 3 broker",
        "storage_space": 300,
        "used_storage_space": 12,
        "total_storage_space": 300,
        "partition_num": "750",
        "connect_address": "192.168.0.100,192.168.0.101,192.168.0.102",
        "port": 9092,
        "resource_spec_code": "",
        "charging_mode": 1,
        "vpc_name": "vpc",
        "security_group_name": "default",
        "created_at": str(int(created.timestamp() * 1000)),
        "user_name": "cam",
        "available_zones": [place.zone],
        "ssl_enable": False,
        "enable_publicip": False,
        "enterprise_project_id": "0",
        "tags": _TAGS,
    }


def search_cluster(native_id: str, name: str, created: datetime, place: Place, *, ip: str) -> Item:
    node = {"type": "ess", "name": f"{name}-ess-1-1", "status": "200", "specCode": "ess.spec-4u8g"}
    return {
        "id": native_id,
        "name": name,
        "status": "200",
        "datastore": {"type": "elasticsearch", "version": "7.10.2"},
        "instances": [{"id": f"{native_id[:-4]}e551", "azCode": place.zone} | node],
        "created": created.strftime("%Y-%m-%dT%H:%M:%S"),
        "updated": created.strftime("%Y-%m-%dT%H:%M:%S"),
        "endpoint": f"{ip}:9200",
        "actionProgress": {},
        "actions": [],
        "authorityEnable": False,
        "httpsEnable": False,
        "period": False,
        "vpcId": place.vpc,
        "subnetId": place.subnet,
        "securityGroupId": place.security_group,
        "enterprise_project_id": "0",
        "tags": _TAGS,
    }
