"""Load balancers and the machines behind them, which another listing knows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import boto3
import pytest

from chalicelib.errors import AccessDenied, CloudRejected, CloudUnavailable
from chalicelib.providers.aws import AwsProvider
from chalicelib.providers.aws.transport import Transport
from chalicelib.providers.aws.types import TYPES
from chalicelib.providers.base import Cloud, Connection, Credentials
from infra.local.clouds.aws import FakeAws
from tests.integration.aws.answering import Answer, answering

REGION, QUIET = "us-east-1", "sa-east-1"
PLACE = "eu-west-3"
KEYS = Credentials({"access_key_id": "AKIAEXAMPLE", "access_key_secret": "secret"})
LB = TYPES["lb.v2"]
GROUPS, HEALTH = "elbv2.DescribeTargetGroups", "elbv2.DescribeTargetHealth"


def connect(endpoint: str, calls: list[str] | None = None, **changes: Any) -> Cloud:
    def pace(region: str, action: str) -> None:
        if calls is not None:
            calls.append(action)

    provider = AwsProvider(types={"lb.v2": replace(LB, **changes)}, transport=Transport(attempts=1))
    return provider.connect(Connection(1, KEYS, endpoint, pace=pace))


def machines(cloud: Cloud, region: str) -> dict[str, tuple[str, ...]]:
    """Behind each load balancer, by name."""
    assets = [asset for page in cloud.pages(region, "lb.v2") for asset in page.assets]
    return {asset.name: asset.relations.get("ecs", ()) for asset in assets}


class Balancers:
    """Load balancers of a region that no other test looks at."""

    def __init__(self, endpoint: str) -> None:
        session = boto3.Session("AKIAEXAMPLE", "secret", region_name=PLACE)
        ec2: Any = session.client("ec2", endpoint_url=endpoint)
        self.elb: Any = session.client("elbv2", endpoint_url=endpoint)
        launched = ec2.run_instances(ImageId="ami-12c6146b", MinCount=3, MaxCount=3)["Instances"]
        self.machines = sorted(one["InstanceId"] for one in launched)
        self.subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"]]
        self.vpc = launched[0]["VpcId"]
        self.groups: list[str] = []
        self.balancers: list[str] = []
        ec2.close()

    def add(self, name: str) -> str:
        made = self.elb.create_load_balancer(Name=name, Subnets=self.subnets[:2])["LoadBalancers"][0]
        self.balancers.append(made["LoadBalancerArn"])
        return self.balancers[-1]

    def group(self, name: str, *targets: str, balancer: str | None = None, port: int = 80, **more: Any) -> str:
        options = {"Protocol": "HTTP", "Port": 8080, "VpcId": self.vpc, "TargetType": "instance"} | more
        arn: str = self.elb.create_target_group(Name=name, **options)["TargetGroups"][0]["TargetGroupArn"]
        self.groups.append(arn)
        self.register(arn, *targets)
        if balancer:
            forward = {"Type": "forward", "TargetGroupArn": arn}
            self.elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=port, DefaultActions=[forward])
        return arn

    def register(self, group: str, *targets: str) -> None:
        if targets:
            self.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": one} for one in targets])

    def clear(self) -> None:
        for arn in self.balancers:
            self.elb.delete_load_balancer(LoadBalancerArn=arn)
        for arn in self.groups:
            self.elb.delete_target_group(TargetGroupArn=arn)
        self.elb.close()


@pytest.fixture
def balancers(fake_aws: FakeAws) -> Iterator[Balancers]:
    made = Balancers(fake_aws.endpoint)
    yield made
    made.clear()


def test_a_load_balancer_refers_to_the_machines_of_all_its_target_groups(
    fake_aws: FakeAws, balancers: Balancers
) -> None:
    one, two, three = balancers.machines
    front, back = balancers.add("front"), balancers.add("back")
    balancers.add("bare")
    balancers.group("web", three, one, balancer=front)
    balancers.group("api", one, two, balancer=front, port=81)
    balancers.group("jobs", three, balancer=back)
    found = machines(connect(fake_aws.endpoint), PLACE)
    assert found == {"front": (one, two, three), "back": (three,), "bare": ()}


def test_only_target_groups_of_machines_that_are_in_use_are_asked_for(fake_aws: FakeAws, balancers: Balancers) -> None:
    front = balancers.add("front")
    balancers.group("web", balancers.machines[0], balancer=front)
    balancers.group("addresses", "10.0.0.7", balancer=front, port=81, TargetType="ip")
    balancers.group("idle", balancers.machines[1])
    calls: list[str] = []
    assert machines(connect(fake_aws.endpoint, calls), PLACE) == {"front": (balancers.machines[0],)}
    assert Counter(calls)[HEALTH] == 1


def test_target_groups_are_read_once_and_page_by_page(fake_aws: FakeAws, balancers: Balancers) -> None:
    assert LB.attached is not None
    for name in ("one", "two", "three"):
        balancers.group(name, balancers.machines[0], balancer=balancers.add(name))
    attached = replace(LB.attached, listing=replace(LB.attached.listing, page_size=1))
    calls: list[str] = []
    found = machines(connect(fake_aws.endpoint, calls, page_size=1, attached=attached), PLACE)
    assert found == dict.fromkeys(("one", "two", "three"), (balancers.machines[0],))
    assert Counter(calls) == {"elbv2.DescribeLoadBalancers": 3, GROUPS: 3, HEALTH: 3}


def test_a_listing_that_goes_on_from_a_page_has_the_machines_too(fake_aws: FakeAws, balancers: Balancers) -> None:
    for name in ("one", "two"):
        balancers.group(name, balancers.machines[0], balancer=balancers.add(name))
    pages = list(connect(fake_aws.endpoint, page_size=1).pages(PLACE, "lb.v2"))
    rest = list(connect(fake_aws.endpoint, page_size=1).pages(PLACE, "lb.v2", start=pages[0].next_token))
    assert rest == pages[1:]
    assert rest[0].assets[0].relations["ecs"] == (balancers.machines[0],)


def test_a_change_of_the_machines_is_one_of_the_load_balancer(fake_aws: FakeAws, balancers: Balancers) -> None:
    group = balancers.group("web", balancers.machines[1], balancer=balancers.add("front"))
    (before,) = connect(fake_aws.endpoint).pages(PLACE, "lb.v2")
    balancers.register(group, balancers.machines[0])
    (after,) = connect(fake_aws.endpoint).pages(PLACE, "lb.v2")
    assert before.assets[0].relations["ecs"] == (balancers.machines[1],)
    assert after.assets[0].relations["ecs"] == tuple(balancers.machines[:2])


def test_a_region_without_load_balancers_costs_one_call(fake_aws: FakeAws) -> None:
    calls: list[str] = []
    assert machines(connect(fake_aws.endpoint, calls), QUIET) == {}
    assert calls == ["elbv2.DescribeLoadBalancers"]


def test_every_call_waits_for_its_turn(fake_aws: FakeAws) -> None:
    calls: list[str] = []
    machines(connect(fake_aws.endpoint, calls), REGION)
    assert Counter(calls) == {"elbv2.DescribeLoadBalancers": 1, GROUPS: 1, HEALTH: 2}


NAMESPACE = 'xmlns="http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/"'


def answer(operation: str, inner: str) -> Answer:
    return Answer(
        200, f"<{operation}Response {NAMESPACE}><{operation}Result>{inner}</{operation}Result></{operation}Response>"
    )


def refused(code: str, status: int) -> Answer:
    error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>as told</Message></Error>"
    return Answer(status, f"<ErrorResponse {NAMESPACE}>{error}</ErrorResponse>")


BALANCERS = answer(
    "DescribeLoadBalancers",
    "<LoadBalancers><member><LoadBalancerArn>arn:lb</LoadBalancerArn></member></LoadBalancers>",
)
GROUP = answer(
    "DescribeTargetGroups",
    "<TargetGroups><member><TargetGroupArn>arn:tg</TargetGroupArn><TargetType>instance</TargetType>"
    "<LoadBalancerArns><member>arn:lb</member></LoadBalancerArns></member></TargetGroups>",
)


def target(native_id: str, state: str) -> str:
    return f"<member><Target><Id>{native_id}</Id></Target><TargetHealth><State>{state}</State></TargetHealth></member>"


def test_a_machine_that_is_being_taken_away_is_no_longer_behind_it() -> None:
    targets = "".join(target(*it) for it in (("i-1", "healthy"), ("i-2", "draining"), ("i-3", "unhealthy")))
    health = answer("DescribeTargetHealth", f"<TargetHealthDescriptions>{targets}</TargetHealthDescriptions>")
    with answering(BALANCERS, GROUP, health) as aws:
        assert machines(connect(aws.endpoint), REGION) == {"": ("i-1", "i-3")}


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ((refused("AccessDenied", 403),), AccessDenied),
        ((answer("DescribeTargetGroups", ""),), CloudRejected),
        ((GROUP, refused("AccessDenied", 403)), AccessDenied),
        ((GROUP, refused("HealthUnavailable", 500)), CloudUnavailable),
        ((GROUP, refused("TargetGroupNotFound", 400)), CloudUnavailable),
        ((GROUP, answer("DescribeTargetHealth", "")), CloudRejected),
    ],
)
def test_what_cannot_be_told_of_the_machines_is_an_error_of_the_listing(
    answers: tuple[Answer, ...], kind: type[Exception]
) -> None:
    with answering(BALANCERS, *answers) as aws, pytest.raises(kind):
        machines(connect(aws.endpoint), REGION)


@pytest.mark.parametrize("answers", [(refused("AccessDenied", 403),), (GROUP, refused("AccessDenied", 403))])
def test_an_account_that_may_not_see_the_machines_is_told_so(answers: tuple[Answer, ...]) -> None:
    with answering(BALANCERS, *answers) as aws, pytest.raises(AccessDenied):
        connect(aws.endpoint).probe(REGION, "lb.v2")


def test_a_probe_makes_one_call_of_each_kind(fake_aws: FakeAws) -> None:
    calls: list[str] = []
    connect(fake_aws.endpoint, calls).probe(REGION, "lb.v2")
    assert calls == ["elbv2.DescribeLoadBalancers", GROUPS, HEALTH]
