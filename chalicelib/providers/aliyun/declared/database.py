"""Databases."""

from __future__ import annotations

from chalicelib.providers.aliyun.declaration import VPC_TAGS, AssetType, Product
from chalicelib.providers.aliyun.paging import ByNumber

RDS = Product("rds", "2014-08-15")
REDIS = Product("r-kvstore", "2015-01-01")
MONGODB = Product("dds", "2015-12-01")

TYPES = (
    AssetType(
        "rds",
        RDS,
        "DescribeDBInstances",
        ByNumber(100, total_at="TotalRecordCount"),
        items="Items.DBInstance",
        native_id="DBInstanceId",
        title="DBInstanceDescription",
        status="DBInstanceStatus",
        zone="ZoneId",
        created="CreateTime",
        relations={"vpc": ("VpcId",), "vswitch": ("VSwitchId",)},
    ),
    AssetType(
        "redis",
        REDIS,
        "DescribeInstances",
        ByNumber(50),
        items="Instances.KVStoreInstance",
        native_id="InstanceId",
        title="InstanceName",
        tags=VPC_TAGS,
        status="InstanceStatus",
        zone="ZoneId",
        created="CreateTime",
        ips=("PrivateIp",),
        relations={"vpc": ("VpcId",), "vswitch": ("VSwitchId",)},
    ),
    *(
        AssetType(
            name,
            MONGODB,
            "DescribeDBInstances",
            ByNumber(100),
            items="DBInstances.DBInstance",
            native_id="DBInstanceId",
            title="DBInstanceDescription",
            tags=VPC_TAGS,
            status="DBInstanceStatus",
            zone="ZoneId",
            query={"DBInstanceType": form},
        )
        for name, form in (("mongodb.replica_set", "replicate"), ("mongodb.sharded", "sharding"))
    ),
)
