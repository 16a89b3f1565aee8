"""Storage and middleware."""

from __future__ import annotations

from chalicelib.providers.volcano.declaration import AssetType, Form, Product, Tags
from chalicelib.providers.volcano.endpoints import HOME_REGION
from chalicelib.providers.volcano.paging import ByPage, InOne

NAS = Product("filenas", "2022-01-01")
TOS = Product("tos", "", Form.BUCKETS)
KAFKA = Product("kafka", "2022-05-01")
ESCLOUD = Product("escloud", "2023-01-01")

TYPES = (
    AssetType(
        "nas",
        NAS,
        "DescribeFileSystems",
        ByPage(100),
        items="FileSystems",
        native_id="FileSystemId",
        title="FileSystemName",
        tags=Tags(),
        status="Status",
        zone="ZoneId",
        created="CreateTime",
        volatile=("Capacity.Used", "SnapshotCount", "UpdateTime"),
    ),
    AssetType(
        "oss",
        TOS,
        "ListBuckets",
        InOne(),
        items="Buckets",
        native_id="Name",
        title="Name",
        created="CreationDate",
        home=HOME_REGION,
    ),
    AssetType(
        "kafka",
        KAFKA,
        "DescribeInstances",
        ByPage(50, "Total"),
        items="InstancesInfo",
        native_id="InstanceId",
        title="InstanceName",
        tags=Tags("TagInfos"),
        status="InstanceStatus",
        zone="ZoneId",
        created="CreateTime",
        relations={"vpc": ("VpcId",), "vswitch": ("SubnetId",), "eip": ("EipId",)},
        volatile=(
            "UsableGroupNumber",
            "UsablePartitionNumber",
            "UsableTopicNumber",
            "UsedGroupNumber",
            "UsedPartitionNumber",
            "UsedStorageSpace",
            "UsedTopicNumber",
        ),
    ),
    AssetType(
        "elasticsearch",
        ESCLOUD,
        "DescribeInstances",
        ByPage(100),
        items="Instances",
        native_id="InstanceId",
        title="InstanceConfiguration.InstanceName",
        status="Status",
        zone="InstanceConfiguration.ZoneId",
        created="CreateTime",
        ips=("ESEip", "KibanaEip"),
        relations={
            "vpc": ("InstanceConfiguration.VPC.VpcId",),
            "vswitch": ("InstanceConfiguration.Subnet.SubnetId",),
            "eip": ("ESEipId", "KibanaEipId"),
        },
        volatile=("TransferInfo",),
    ),
)
