"""Files and objects."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.providers.aws.declaration import AssetType

TYPES: Mapping[str, AssetType] = {
    "nas": AssetType(
        service="efs",
        operation="DescribeFileSystems",
        items="FileSystems",
        page_size=100,
        native_id="FileSystemId",
        name="Name",
        status="LifeCycleState",
        zone="AvailabilityZoneName",
        created_at="CreationTime",
        volatile=frozenset({"SizeInBytes"}),
    ),
    "oss": AssetType(
        service="s3",
        operation="ListBuckets",
        items="Buckets",
        page_size=1000,
        native_id="Name",
        name="Name",
        created_at="CreationDate",
        tags="",
        everywhere=True,
    ),
}
