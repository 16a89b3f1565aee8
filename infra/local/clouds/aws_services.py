"""What the fake AWS account owns beside its instances and networks."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import boto3
from moto import backends

CREATED = datetime(2026, 1, 15, 8, 30)  # noqa: DTZ001 - moto's times have no zone and mean UTC

HELD: Mapping[str, tuple[str, ...]] = {
    "rds": ("databases", "clusters"),
    "elasticache": ("cache_clusters", "replication_groups"),
    "elb": ("load_balancers",),
    "elbv2": ("load_balancers", "target_groups"),
    "wafv2": (),
    "efs": ("file_systems_by_id",),
    "kafka": ("clusters",),
    "opensearch": ("domains",),
    "cloudfront": ("distributions",),
    "route53": ("zones",),
    "s3": ("buckets",),
}
"""Service to where moto keeps its things."""
EVERYWHERE = ("cloudfront", "route53", "s3")
BUCKETS = "demo-inventory-"
SITES = 6
SNAPSHOTS, IMAGES = 2, 6


@dataclass(frozen=True, slots=True)
class Surroundings:
    """One environment, as its services need it. ``instances`` and ``subnets`` are ids."""

    region: str
    environment: str
    subnets: Sequence[str]
    group: str
    instances: Sequence[str]
    volumes: tuple[str, ...]


class Services:
    """Calls one after the other: moto draws its ids in their order."""

    def __init__(self, session: boto3.Session, endpoint: str) -> None:
        self._session = session
        self._endpoint = endpoint
        self._clients: dict[tuple[str, str], Any] = {}

    def add(self, around: Surroundings) -> None:
        self._attach(around)
        self._databases(around)
        self._balancers(around)
        self._files_and_messages(around)

    def add_global(self, home: str) -> None:
        firewall, _ = (self._firewall(home, name, "CLOUDFRONT") for name in ("edge", "spare"))
        for number in range(SITES):
            site = f"site{number}.example"
            self._client("route53", home).create_hosted_zone(Name=site, CallerReference=site)
            self._client("cloudfront", home).create_distribution(DistributionConfig=_distribution(site, firewall))
            self._client("s3", home).create_bucket(Bucket=f"{BUCKETS}{number}")

    def close(self) -> None:
        for client in self._clients.values():
            client.close()

    def _client(self, service: str, region: str) -> Any:
        if (service, region) not in self._clients:
            make: Any = self._session.client
            self._clients[service, region] = make(service, region_name=region, endpoint_url=self._endpoint)
        return self._clients[service, region]

    def _attach(self, around: Surroundings) -> None:
        ec2 = self._client("ec2", around.region)
        tags = _tags(around.environment)
        for volume in around.volumes * SNAPSHOTS:
            specified = [{"ResourceType": "snapshot", "Tags": tags}]
            ec2.create_snapshot(VolumeId=volume, Description="nightly", TagSpecifications=specified)
        for instance in around.instances[:2]:
            specified = [{"ResourceType": "elastic-ip", "Tags": tags}]
            address = ec2.allocate_address(Domain="vpc", TagSpecifications=specified)
            ec2.associate_address(AllocationId=address["AllocationId"], InstanceId=instance)
        for number, instance in enumerate(around.instances[:IMAGES]):
            ec2.create_image(InstanceId=instance, Name=f"golden-{around.environment}-{number}")

    def _databases(self, around: Surroundings) -> None:
        rds, name = self._client("rds", around.region), around.environment
        placed = {"DBSubnetGroupName": name, "VpcSecurityGroupIds": [around.group]}
        owner = {"MasterUsername": "inventory", "MasterUserPassword": "not-a-secret"}
        rds.create_db_subnet_group(
            DBSubnetGroupName=name, DBSubnetGroupDescription="demo", SubnetIds=list(around.subnets)
        )
        for role in ("orders", "users"):
            rds.create_db_instance(
                DBInstanceIdentifier=f"{name}-{role}",
                DBInstanceClass="db.m6g.large",
                Engine="mysql",
                AllocatedStorage=100,
                Tags=_tags(name),
                **placed,
                **owner,
            )
        for role in ("events", "sessions"):
            cluster = f"{name}-{role}"
            rds.create_db_cluster(DBClusterIdentifier=cluster, Engine="aurora-postgresql", **placed, **owner)
            rds.create_db_instance(
                DBInstanceIdentifier=f"{cluster}-0",
                DBInstanceClass="db.r6g.large",
                Engine="aurora-postgresql",
                DBClusterIdentifier=cluster,
                DBSubnetGroupName=name,
            )
        caches = self._client("elasticache", around.region)
        for role in ("pages", "carts"):
            caches.create_replication_group(
                ReplicationGroupId=f"{name}-{role}",
                ReplicationGroupDescription=role,
                Engine="redis",
                NumCacheClusters=2,
                CacheNodeType="cache.m6g.large",
            )
            caches.create_cache_cluster(
                CacheClusterId=f"{name}-{role}-single",
                Engine="redis",
                NumCacheNodes=1,
                CacheNodeType="cache.t4g.small",
                PreferredAvailabilityZone=around.region + "a",
            )
        caches.create_cache_cluster(
            CacheClusterId=f"{name}-no-redis", Engine="memcached", NumCacheNodes=1, CacheNodeType="cache.t4g.small"
        )

    def _balancers(self, around: Surroundings) -> None:
        name = around.environment
        for role in ("front", "back"):
            classic = self._client("elb", around.region)
            listener = {"Protocol": "http", "LoadBalancerPort": 80, "InstancePort": 8080}
            classic.create_load_balancer(
                LoadBalancerName=f"{name}-{role}",
                Listeners=[listener],
                Subnets=list(around.subnets),
                SecurityGroups=[around.group],
            )
            backends = [{"InstanceId": instance} for instance in around.instances[:2]]
            classic.register_instances_with_load_balancer(LoadBalancerName=f"{name}-{role}", Instances=backends)
            self._balancer(around, f"{name}-{role}-v2")
            self._firewall(around.region, f"{name}-{role}", "REGIONAL")

    def _balancer(self, around: Surroundings, name: str) -> None:
        """One that forwards to two machines."""
        elb = self._client("elbv2", around.region)
        made = elb.create_load_balancer(Name=name, Subnets=list(around.subnets), SecurityGroups=[around.group])
        balancer = made["LoadBalancers"][0]
        group = elb.create_target_group(Name=name, Protocol="HTTP", Port=8080, VpcId=balancer["VpcId"])
        arn = group["TargetGroups"][0]["TargetGroupArn"]
        elb.register_targets(TargetGroupArn=arn, Targets=[{"Id": instance} for instance in around.instances[:2]])
        forward = {"Type": "forward", "TargetGroupArn": arn}
        elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[forward]
        )

    def _files_and_messages(self, around: Surroundings) -> None:
        name, subnets = around.environment, list(around.subnets)
        for role in ("shared", "scratch"):
            tags = [*_tags(name), {"Key": "Name", "Value": f"{name}-{role}"}]
            self._client("efs", around.region).create_file_system(CreationToken=f"{name}-{role}", Tags=tags)
            brokers = {
                "InstanceType": "kafka.m5.large",
                "ClientSubnets": subnets,
                "SecurityGroups": [around.group],
            }
            provisioned = {"KafkaVersion": "3.6.0", "NumberOfBrokerNodes": 2, "BrokerNodeGroupInfo": brokers}
            self._client("kafka", around.region).create_cluster_v2(
                ClusterName=f"{name}-{role}", Provisioned=provisioned, Tags={"environment": name}
            )
            self._client("opensearch", around.region).create_domain(
                DomainName=f"{name}-{role}", VPCOptions={"SubnetIds": subnets[:1], "SecurityGroupIds": [around.group]}
            )

    def _firewall(self, region: str, name: str, scope: str) -> str:
        made = self._client("wafv2", region).create_web_acl(
            Name=name,
            Scope=scope,
            DefaultAction={"Allow": {}},
            VisibilityConfig={
                "SampledRequestsEnabled": False,
                "CloudWatchMetricsEnabled": False,
                "MetricName": name,
            },
        )
        return str(made["Summary"]["ARN"])


def _backend(service: str) -> Any:
    """moto's, of all accounts and regions."""
    find: Any = backends.get_backend
    return find(service)


def clear(account: str) -> None:
    """Forget the services of the demo, and of the buckets, which others in this process may have, its own."""
    for service, held in HELD.items():
        if service != "s3":
            _backend(service).clear()
            continue
        for collection in held:
            buckets = getattr(_backend(service)[account]["aws"], collection)
            for name in [name for name in buckets if name.startswith(BUCKETS)]:
                del buckets[name]
    taken = _backend("s3").bucket_accounts  # of all accounts, for whom a name is given once
    for name in [name for name in taken if name.startswith(BUCKETS)]:
        del taken[name]


def settle(account: str, regions: Sequence[str]) -> None:
    """Make what differs from start to start the same, and of some databases the kind that moto cannot make."""
    for service, held in HELD.items():
        for region in ("aws",) if service in EVERYWHERE else regions:
            backend = _backend(service)[account][region]
            for collection in held:
                for thing in getattr(backend, collection).values():
                    settle_times(thing)
            if service == "rds":
                _document_databases(backend)
            if service == "kafka":
                _cluster_ids(backend)


def settle_times(thing: Any) -> None:
    """Whatever is a time in it, in whichever of moto's ways of writing one."""
    for name, value in vars(thing).items():
        if isinstance(value, datetime):
            setattr(thing, name, CREATED.replace(tzinfo=value.tzinfo))
        elif name in ("created_time", "creation_time"):
            moment = CREATED.replace(tzinfo=UTC)
            setattr(thing, name, f"{CREATED.isoformat()}.000Z" if isinstance(value, str) else moment.timestamp())


def _document_databases(backend: Any) -> None:
    for database in (*backend.databases.values(), *backend.clusters.values()):
        if database.engine == "aurora-postgresql":
            database.engine = "docdb"
    for cluster in backend.clusters.values():
        cluster.engine_version, cluster.port = "5.0.0", 27017


def _cluster_ids(backend: Any) -> None:
    """Gives clusters an id by their name: moto's is another at each start, whatever the seed."""
    for arn, cluster in list(backend.clusters.items()):
        tags = backend.list_tags_for_resource(arn)
        cluster.cluster_id = str(uuid5(NAMESPACE_DNS, f"{cluster.region_name} {cluster.cluster_name}"))
        cluster.arn = f"{arn.rpartition('/')[0]}/{cluster.cluster_id}"
        cluster.state = "ACTIVE"
        backend.clusters[cluster.arn] = backend.clusters.pop(arn)
        backend.tag_resource(cluster.arn, tags)


@contextmanager
def same_chances(seed: int) -> Iterator[None]:
    """Some of moto draws from the process's own random numbers."""
    drawn = random.getstate()
    random.seed(seed)
    try:
        yield
    finally:
        random.setstate(drawn)


def _tags(environment: str) -> list[dict[str, str]]:
    return [{"Key": "environment", "Value": environment}]


def _distribution(site: str, firewall: str) -> dict[str, Any]:
    origin = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}
    return {
        "CallerReference": site,
        "Comment": site,
        "Enabled": True,
        "WebACLId": firewall,
        "Origins": {"Quantity": 1, "Items": [{"Id": site, "DomainName": site, "CustomOriginConfig": origin}]},
        "DefaultCacheBehavior": {
            "TargetOriginId": site,
            "ViewerProtocolPolicy": "redirect-to-https",
            "MinTTL": 0,
            "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
        },
    }
