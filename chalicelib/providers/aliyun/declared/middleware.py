"""What carries messages and searches texts."""

from __future__ import annotations

from chalicelib.providers.aliyun.declaration import AssetType, Product, Tags
from chalicelib.providers.aliyun.paging import ByNumber, Unpaged

KAFKA = Product("alikafka", "2019-09-16")
ELASTICSEARCH = Product("elasticsearch", "2017-06-13", style="ROA")

TYPES = (
    AssetType(
        "kafka",
        KAFKA,
        "GetInstanceList",
        Unpaged(),
        items="InstanceList.InstanceVO",
        native_id="InstanceId",
        title="Name",
        tags=Tags("Tags.TagVO", "Key", "Value"),
        status="ServiceStatus",
        zone="ZoneId",
        created="CreateTime",
        relations={"vpc": ("VpcId",), "vswitch": ("VSwitchId",), "security_group": ("SecurityGroup",)},
        volatile=("UsedTopicCount", "UsedGroupCount", "UsedPartitionCount"),
    ),
    AssetType(
        "elasticsearch",
        ELASTICSEARCH,
        "ListInstance",
        ByNumber(100, number="page", length="size", total_at="Headers.X-Total-Count"),
        items="Result",
        native_id="instanceId",
        title="description",
        tags=Tags("tags", "tagKey", "tagValue"),
        status="status",
        zone="networkConfig.vsArea",
        created="createdAt",
        relations={"vpc": ("networkConfig.vpcId",), "vswitch": ("networkConfig.vswitchId",)},
        path="/openapi/instances",
    ),
)
