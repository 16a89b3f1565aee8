"""Databases. DocumentDB and Neptune answer where RDS does, Memcached where Redis does: engines tell them apart."""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.providers.aws.declaration import AssetType

DOCUMENTS = {"Filters": [{"Name": "engine", "Values": ["docdb"]}]}

TYPES: Mapping[str, AssetType] = {
    "rds": AssetType(
        service="rds",
        operation="DescribeDBInstances",
        items="DBInstances[?Engine!='docdb' && Engine!='neptune']",
        page_size=100,
        native_id="DBInstanceIdentifier",
        name="DBInstanceIdentifier",
        status="DBInstanceStatus",
        zone="AvailabilityZone",
        created_at="InstanceCreateTime",
        tags="TagList",
        relations={
            "vpc": "DBSubnetGroup.VpcId",
            "vswitch": "DBSubnetGroup.Subnets[].SubnetIdentifier",
            "security_group": "VpcSecurityGroups[].VpcSecurityGroupId",
        },
        volatile=frozenset({"LatestRestorableTime", "PercentProgress", "StorageOperationPercentProgress"}),
    ),
    "redis.replication_group": AssetType(
        service="elasticache",
        operation="DescribeReplicationGroups",
        items="ReplicationGroups",
        page_size=100,
        native_id="ReplicationGroupId",
        name="ReplicationGroupId",
        status="Status",
        created_at="ReplicationGroupCreateTime",
        tags="",
    ),
    "redis.cache_cluster": AssetType(
        service="elasticache",
        operation="DescribeCacheClusters",
        items="CacheClusters[?Engine!='memcached']",
        page_size=100,
        native_id="CacheClusterId",
        name="CacheClusterId",
        status="CacheClusterStatus",
        zone="PreferredAvailabilityZone",
        created_at="CacheClusterCreateTime",
        tags="",
        relations={"security_group": "SecurityGroups[].SecurityGroupId"},
        parameters={"ShowCacheClustersNotInReplicationGroups": True},
    ),
    "mongodb.cluster": AssetType(
        service="docdb",
        operation="DescribeDBClusters",
        items="DBClusters",
        page_size=100,
        native_id="DBClusterIdentifier",
        name="DBClusterIdentifier",
        status="Status",
        created_at="ClusterCreateTime",
        tags="",
        relations={"security_group": "VpcSecurityGroups[].VpcSecurityGroupId"},
        volatile=frozenset({"EarliestRestorableTime", "LatestRestorableTime", "PercentProgress"}),
        parameters=DOCUMENTS,
    ),
    "mongodb.instance": AssetType(
        service="docdb",
        operation="DescribeDBInstances",
        items="DBInstances",
        page_size=100,
        native_id="DBInstanceIdentifier",
        name="DBInstanceIdentifier",
        status="DBInstanceStatus",
        zone="AvailabilityZone",
        created_at="InstanceCreateTime",
        tags="",
        relations={
            "vpc": "DBSubnetGroup.VpcId",
            "vswitch": "DBSubnetGroup.Subnets[].SubnetIdentifier",
            "security_group": "VpcSecurityGroups[].VpcSecurityGroupId",
            "mongodb": "DBClusterIdentifier",
        },
        volatile=frozenset({"LatestRestorableTime"}),
        parameters=DOCUMENTS,
    ),
}
