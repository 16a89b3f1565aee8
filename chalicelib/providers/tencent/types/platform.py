"""Storage and middleware."""

from __future__ import annotations

from chalicelib.providers.tencent.declaration import AssetType, Product, Tags
from chalicelib.providers.tencent.paging import ByMarker, ByOffset

CFS = Product("cfs", "2019-07-19")
COS = Product("cos", "", signature="cos")
CKAFKA = Product("ckafka", "2019-08-19")
ES = Product("es", "2018-04-16")

TYPES = (
    AssetType(
        "nas",
        CFS,
        "DescribeCfsFileSystems",
        ByOffset(100),
        items="FileSystems",
        native_id="FileSystemId",
        title="FsName",
        tags=Tags("Tags"),
        status="LifeCycleState",
        zone="Zone",
        created="CreationTime",
        volatile=("SizeByte", "BandwidthLimit", "SnapStatus", "TieringDetail"),
    ),
    AssetType(
        "oss",
        COS,
        "GetService",
        ByMarker(2000),
        items="Buckets.Bucket",
        native_id="Name",
        title="Name",
        created="CreationDate",
        home="",
    ),
    AssetType(
        "kafka",
        CKAFKA,
        "DescribeInstancesDetail",
        ByOffset(20, total_path="Result.TotalCount"),
        items="Result.InstanceList",
        native_id="InstanceId",
        title="InstanceName",
        tags=Tags("Tags"),
        status="Status",
        zone="ZoneId",
        created="CreateTime",
        ips=("Vip", "VipList.Vip"),
        relations={"vpc": ("VpcId",), "vswitch": ("SubnetId",)},
        volatile=("Healthy", "HealthyMessage"),
    ),
    AssetType(
        "elasticsearch",
        ES,
        "DescribeInstances",
        ByOffset(100),
        items="InstanceList",
        native_id="InstanceId",
        title="InstanceName",
        tags=Tags("TagList"),
        status="Status",
        zone="Zone",
        created="CreateTime",
        ips=("EsVip", "KibanaPrivateVip"),
        relations={"vpc": ("VpcUid",), "vswitch": ("SubnetUid",), "security_group": ("SecurityGroups",)},
        volatile=("HealthStatus", "ProcessPercent", "CosBucketStorageSize", "UpdateTime"),
    ),
)
