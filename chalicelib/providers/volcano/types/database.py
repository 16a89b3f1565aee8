"""Databases. The relational ones are a family: each engine is a product with an API of its own."""

from __future__ import annotations

from chalicelib.providers.volcano.declaration import AssetType, Product, Tags
from chalicelib.providers.volcano.paging import ByPage

MYSQL = Product("rds_mysql", "2022-01-01")
POSTGRESQL = Product("rds_postgresql", "2022-01-01")
SQLSERVER = Product("rds_mssql", "2022-01-01")
VEDB = Product("vedbm", "2022-01-01")
REDIS = Product("redis", "2020-12-07")
MONGODB = Product("mongodb", "2022-01-01")

TYPES = (
    AssetType(
        "rds.mysql",
        MYSQL,
        "DescribeDBInstances",
        ByPage(500, "Total"),
        items="Instances",
        native_id="InstanceId",
        title="InstanceName",
        tags=Tags(),
        status="InstanceStatus",
        zone="ZoneId",
        created="CreateTime",
        ips=("AddressObject.IPAddress",),
        relations={"vpc": ("VpcId",), "vswitch": ("SubnetId",), "eip": ("AddressObject.EipId",)},
        volatile=("NodeCPUUsedPercentage", "NodeMemoryUsedPercentage", "NodeSpaceUsedPercentage"),
    ),
    AssetType(
        "rds.postgresql",
        POSTGRESQL,
        "DescribeDBInstances",
        ByPage(1000, "Total"),
        items="Instances",
        native_id="InstanceId",
        title="InstanceName",
        tags=Tags(),
        status="InstanceStatus",
        zone="ZoneId",
        created="CreateTime",
        ips=("AddressObject.IPAddress",),
        relations={"vpc": ("VpcId",), "vswitch": ("SubnetId",), "eip": ("AddressObject.EipId",)},
    ),
    AssetType(
        "rds.sqlserver",
        SQLSERVER,
        "DescribeDBInstances",
        ByPage(100, "Total"),
        items="InstancesInfo",
        native_id="InstanceId",
        title="InstanceName",
        tags=Tags(),
        status="InstanceStatus",
        zone="ZoneId",
        created="CreateTime",
        ips=("NodeDetailInfo.NodeIP",),
        relations={"vpc": ("VpcId",), "vswitch": ("SubnetId",), "rds.sqlserver": ("PrimaryInstanceId",)},
        volatile=("NodeDetailInfo.UpdateTime",),
    ),
    AssetType(
        "rds.vedb",
        VEDB,
        "DescribeDBInstances",
        ByPage(100, "Total"),
        items="Instances",
        native_id="InstanceId",
        title="InstanceName",
        tags=Tags(),
        status="InstanceStatus",
        zone="ZoneIds",
        created="CreateTime",
        relations={"vpc": ("VpcId",), "vswitch": ("SubnetId",)},
        volatile=("StorageUsedGiB",),
    ),
    AssetType(
        "redis",
        REDIS,
        "DescribeDBInstances",
        ByPage(100, "TotalInstancesNum"),
        items="Instances",
        native_id="InstanceId",
        title="InstanceName",
        tags=Tags(),
        status="Status",
        zone="ZoneIds",
        created="CreateTime",
        ips=("VIP", "VIPv6"),
        relations={"vpc": ("VpcId",)},
        volatile=("Capacity.Used",),
        region_parameter="RegionId",
    ),
    AssetType(
        "mongodb",
        MONGODB,
        "DescribeDBInstances",
        ByPage(100, "Total"),
        items="DBInstances",
        native_id="InstanceId",
        title="InstanceName",
        tags=Tags(),
        status="InstanceStatus",
        zone="ZoneId",
        created="CreateTime",
        relations={"vpc": ("VpcId",), "vswitch": ("SubnetId",)},
        volatile=("UpdateTime",),
    ),
)
