"""Files and objects."""

from __future__ import annotations

from chalicelib.providers.aliyun.declaration import VPC_TAGS, AssetType, Product
from chalicelib.providers.aliyun.endpoints import HOME_REGION
from chalicelib.providers.aliyun.paging import ByMarker, ByNumber

NAS = Product("nas", "2017-06-26")
OSS = Product("oss", "2019-05-17", style="OSS")

TYPES = (
    AssetType(
        "nas",
        NAS,
        "DescribeFileSystems",
        ByNumber(100),
        items="FileSystems.FileSystem",
        native_id="FileSystemId",
        title="Description",
        tags=VPC_TAGS,
        status="Status",
        zone="ZoneId",
        created="CreateTime",
        relations={
            "vpc": ("VpcId", "MountTargets.MountTarget.VpcId"),
            "vswitch": ("MountTargets.MountTarget.VswId",),
        },
        volatile=("MeteredSize", "MeteredIASize", "MeteredArchiveSize"),
    ),
    AssetType(
        "oss",
        OSS,
        "ListBuckets",
        ByMarker(1000),
        items="Buckets.Bucket",
        native_id="Name",
        title="Name",
        created="CreationDate",
        home=HOME_REGION,
    ),
)
