"""The doctor before a deployed stack: one that is well, and one with every mistake it looks for."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from chalicelib.clock import utc_now
from infra.doctor import __main__ as doctor
from infra.doctor import stack as stacks
from infra.doctor.checks import Finding
from infra.doctor.deployed import Deployed
from infra.migrations.__main__ import migrate_stage
from infra.package.overlay.names import CONSUMERS, FUNCTIONS, TOPIC
from infra.package.places import Output
from infra.package.stage import Stage
from tests.conftest import DUMMY_AWS
from tests.package.conftest import HERE
from tests.package.stack import ARTIFACTS, NAME, Stack, running, update

Mend = Callable[[], object]
Bend = Callable[[Stack], Mend]
LANE, WORKER = "LowQueue", "ConsumeLow"
PARAMETER = "/cam/prod/mongodb-uri"


@pytest.fixture(scope="module")
def stack(package: Output, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """What the emulator's CloudFormation leaves out, and what people do after a deploy, is done."""
    with running(package, tmp_path_factory.mktemp("emulator")) as made:
        for consumer in CONSUMERS:
            loops(made, "Allow", consumer.resource)
        subscribe(made)
        put_parameter(made, mongodb_uri)
        yield made


@pytest.fixture
def deployed(stack: Stack, stage: Stage, package: Output, resources: dict[str, Any]) -> Deployed:
    """Compared with what was deployed: the emulator has no CodeDeploy."""
    made = copy.deepcopy(resources)
    for one in made.values():
        one.get("Properties", {}).pop("DeploymentPreference", None)
    return Deployed(stage, NAME, made, package.zip, cache(stack.client), utc_now)


def ailments(deployed: Deployed) -> dict[str, tuple[str, ...]]:
    found = stacks.examine_stack(deployed)
    assert not [one for one in found if one.not_known]
    return {one.check.removeprefix("stack: "): one.wrong for one in found if one.wrong}


def one_check(deployed: Deployed, name: str) -> Finding:
    return stacks.examine_stack(deployed, [one for one in stacks.CHECKS if one.name == name])[1]


def loops(stack: Stack, loop: str, function: str = WORKER) -> None:
    stack.client("lambda").put_function_recursion_config(FunctionName=stack.physical(function), RecursiveLoop=loop)


def subscribe(stack: Stack) -> str:
    queue = stack.client("sqs").create_queue(QueueName="on-call")["QueueUrl"]
    arn = stack.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    made: str = stack.client("sns").subscribe(
        TopicArn=stack.physical(TOPIC), Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    return made


def put_parameter(stack: Stack, value: str, kind: str = "SecureString") -> None:
    stack.client("ssm").delete_parameters(Names=[PARAMETER])
    stack.client("ssm").put_parameter(Name=PARAMETER, Value=value, Type=kind)


def queue(**attributes: str) -> Bend:
    def bend(stack: Stack) -> Mend:
        sqs, url = stack.client("sqs"), stack.physical(LANE)
        before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
        return lambda: sqs.set_queue_attributes(QueueUrl=url, Attributes={name: before[name] for name in attributes})

    return bend


def redriven(count: int) -> Bend:
    def bend(stack: Stack) -> Mend:
        url = stack.physical("DeadLettersQueue")
        arn = stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        return queue(RedrivePolicy=json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": count}))(stack)

    return bend


def the_mapping(stack: Stack) -> dict[str, Any]:
    """Of the worker's queue: one that was made by hand is not in the stack."""
    found: list[dict[str, Any]] = stack.client("lambda").list_event_source_mappings()["EventSourceMappings"]
    return next(one for one in found if one["EventSourceArn"].endswith(":cam-tasks-prod-low"))


def mapping(mended: dict[str, Any], **changes: Any) -> Bend:
    def bend(stack: Stack) -> Mend:
        functions, uuid = stack.client("lambda"), the_mapping(stack)["UUID"]
        functions.update_event_source_mapping(UUID=uuid, **changes)
        return lambda: functions.update_event_source_mapping(UUID=uuid, **mended)

    return bend


def limited(scaling: dict[str, int]) -> Bend:
    def bend(stack: Stack) -> Mend:
        return mapping({"ScalingConfig": the_mapping(stack)["ScalingConfig"]}, ScalingConfig=scaling)(stack)

    return bend


def past_its_alias(stack: Stack) -> Mend:
    name = stack.physical(WORKER)
    return mapping({"FunctionName": f"{name}:live"}, FunctionName=name)(stack)


def unmapped(stack: Stack) -> Mend:
    functions, name = stack.client("lambda"), stack.physical(WORKER)
    found = the_mapping(stack)
    functions.delete_event_source_mapping(UUID=found["UUID"])
    kept = ("EventSourceArn", "BatchSize", "ScalingConfig", "FunctionResponseTypes")
    again = {key: found[key] for key in kept}
    return lambda: functions.create_event_source_mapping(FunctionName=f"{name}:live", **again)


def published(change: Callable[[Any, str], Mend]) -> Bend:
    """Another version of the worker that is live."""

    def bend(stack: Stack) -> Mend:
        functions, name = stack.client("lambda"), stack.physical(WORKER)
        before = functions.get_alias(FunctionName=name, Name="live")["FunctionVersion"]
        undo = change(functions, name)
        version = functions.publish_version(FunctionName=name)["Version"]
        functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)

        def mend() -> None:
            undo()
            functions.update_alias(FunctionName=name, Name="live", FunctionVersion=before)

        return mend

    return bend


def configured(**variables: str) -> Bend:
    def change(functions: Any, name: str) -> Mend:
        before = functions.get_function_configuration(FunctionName=name)["Environment"]
        after = {"Variables": before["Variables"] | variables}
        functions.update_function_configuration(FunctionName=name, Environment=after)
        return lambda: functions.update_function_configuration(FunctionName=name, Environment=before)

    return published(change)


def slower(functions: Any, name: str) -> Mend:
    functions.update_function_configuration(FunctionName=name, Timeout=901)
    return lambda: functions.update_function_configuration(FunctionName=name, Timeout=900)


def other_code(functions: Any, name: str) -> Mend:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("app.py", "def consume_low(*_): ...")
    functions.update_function_code(FunctionName=name, ZipFile=made.getvalue())
    return lambda: functions.update_function_code(FunctionName=name, S3Bucket=ARTIFACTS, S3Key="deployment.zip")


def reserved(stack: Stack) -> Mend:
    functions, name = stack.client("lambda"), stack.physical(WORKER)
    functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=5)
    return lambda: functions.delete_function_concurrency(FunctionName=name)


def looping(stack: Stack) -> Mend:
    loops(stack, "Terminate")
    return lambda: loops(stack, "Allow")


def muted(stack: Stack) -> Mend:
    cloudwatch, names = stack.client("cloudwatch"), [f"{NAME}-api-5xx"]
    cloudwatch.disable_alarm_actions(AlarmNames=names)
    return lambda: cloudwatch.enable_alarm_actions(AlarmNames=names)


def unheard(stack: Stack) -> Mend:
    topic = stack.physical(TOPIC)
    for one in stack.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]:
        stack.client("sns").unsubscribe(SubscriptionArn=one["SubscriptionArn"])
    return lambda: subscribe(stack)


def no_parameter(stack: Stack) -> Mend:
    value = stack.client("ssm").get_parameter(Name=PARAMETER, WithDecryption=True)["Parameter"]["Value"]
    stack.client("ssm").delete_parameters(Names=[PARAMETER])
    return lambda: put_parameter(stack, value)


def clear_parameter(stack: Stack) -> Mend:
    mend = no_parameter(stack)
    put_parameter(stack, "mongodb://127.0.0.1:1", kind="String")
    return mend


def with_template(stack: Stack, change: Callable[[dict[str, Any]], object]) -> tuple[str, Mend]:
    """The status in which the update ends."""
    before = stack.client("cloudformation").get_template(StackName=NAME, TemplateStage="Original")["TemplateBody"]
    after = copy.deepcopy(before)
    change(after["Resources"])
    return update(stack, after), lambda: update(stack, before)


def renamed(stack: Stack) -> Mend:
    return with_template(stack, lambda made: made[TOPIC]["Properties"].update(DisplayName="other"))[1]


def taken_back(stack: Stack) -> Mend:
    """Only a deploy that succeeds mends it."""
    impossible = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": 10**7}}
    with_template(stack, lambda made: made.update(Impossible=impossible))

    def mend() -> None:
        renamed(stack)()

    return mend


BENT: dict[str, tuple[Bend, set[str]]] = {
    "messages come back early": (queue(VisibilityTimeout="5399"), {"visibility timeout"}),
    "a function may take longer than its template says": (published(slower), {"visibility timeout"}),
    "no dead letters": (queue(RedrivePolicy=""), {"redrive"}),
    "dead letters too soon": (redriven(3), {"redrive"}),
    "dead letters later than the stage says": (redriven(9), {"redrive"}),
    "disabled": (mapping({"Enabled": True}, Enabled=False), {"event source mappings"}),
    "past its alias": (past_its_alias, {"event source mappings"}),
    "not mapped": (unmapped, {"event source mappings"}),
    "failed messages are deleted": (
        mapping({"FunctionResponseTypes": ["ReportBatchItemFailures"]}, FunctionResponseTypes=[]),
        {"partial batch responses"},
    ),
    "not limited": (
        limited({}),
        {"maximum concurrency"},
    ),
    "more workers than the stage says": (
        limited({"MaximumConcurrency": 50}),
        {"maximum concurrency"},
    ),
    "another batch size": (mapping({"BatchSize": 10}, BatchSize=1), {"batch size"}),
    "reserved": (reserved, {"reserved concurrency"}),
    "stopped as a loop": (looping, {"recursive loop"}),
    "no authentication": (configured(CAM_AUTHENTICATION="off"), {"settings", "environment"}),
    "another place of parameters": (configured(CAM_PARAMETER_PREFIX="/cam/dev"), {"environment"}),
    "other code": (published(other_code), {"code"}),
    "alarms are muted": (muted, {"alarms"}),
    "nobody hears of alarms": (unheard, {"receiver of alarms"}),
    "no address of the store": (no_parameter, {"store's parameter"}),
    "an address in the clear": (clear_parameter, {"store's parameter"}),
    "another template": (renamed, {"template"}),
    "the last deploy was taken back": (taken_back, {"status"}),
}


def test_a_deployed_stack_is_well(deployed: Deployed) -> None:
    assert ailments(deployed) == {}


@pytest.mark.parametrize("mistake", BENT)
def test_a_mistake_in_a_stack_is_found_and_nothing_else(stack: Stack, deployed: Deployed, mistake: str) -> None:
    bend, found = BENT[mistake]
    mend = bend(stack)
    try:
        assert set(ailments(deployed)) == found
    finally:
        mend()


@pytest.mark.parametrize("off", [-5, 5])
def test_a_clock_that_differs_from_that_of_aws_is_told(deployed: Deployed, off: int) -> None:
    deployed = replace(deployed, clock=lambda: utc_now() + timedelta(seconds=off))
    assert list(ailments(deployed)) == ["clock skew"]


def test_every_check_of_a_stack_has_a_mistake_that_it_finds() -> None:
    found = {name for _, names in BENT.values() for name in names}
    assert {one.name for one in stacks.CHECKS} == found | {"clock skew"}


def test_resources_that_only_one_template_has_are_told_by_name(deployed: Deployed) -> None:
    made = {**deployed.resources, "New": deployed.resources["LowQueue"]}
    del made["AlarmTopic"]
    told = one_check(replace(deployed, resources=made), "template").wrong
    assert told == ("New is not deployed", "AlarmTopic is deployed and no longer made")


def test_what_aws_does_not_answer_is_not_known(deployed: Deployed) -> None:
    with Stubber(deployed.client("lambda")) as answers:
        answers.add_client_error("get_function_recursion_config", "UnknownOperationException", "", 404)
        told = one_check(deployed, "recursive loop")
    assert (told.wrong, told.not_known) == (
        (),
        "AWS answers UnknownOperationException to GetFunctionRecursionConfig",
    )
    assert "?     stack: recursive loop\n      not known: AWS answers" in doctor.show([told])


def test_somebody_who_has_not_confirmed_does_not_hear_of_alarms(deployed: Deployed) -> None:
    """The emulator confirms by itself."""
    pending = {"SubscriptionArn": "PendingConfirmation", "Protocol": "email", "Endpoint": "a@example.com"}
    with Stubber(deployed.client("sns")) as answers:
        answers.add_response("list_subscriptions_by_topic", {"Subscriptions": [pending]})
        told = one_check(deployed, "receiver of alarms")
    assert told.wrong == ("AlarmTopic: of 1 subscriptions none is confirmed",)


def test_what_these_credentials_may_not_ask_is_wrong(deployed: Deployed) -> None:
    with Stubber(deployed.client("ssm")) as answers:
        answers.add_client_error("describe_parameters", "AccessDeniedException")
        told = one_check(deployed, "store's parameter")
    assert told.wrong == ("not checked: AWS answers AccessDeniedException to DescribeParameters",)


def test_code_is_not_known_without_a_package_to_compare_with(deployed: Deployed, tmp_path: Path) -> None:
    told = one_check(replace(deployed, zip=tmp_path / "deployment.zip"), "code")
    assert (told.wrong, told.not_known) == ((), "there is no build/prod/deployment.zip: make package")


def test_a_stack_that_is_not_there_is_one_finding(deployed: Deployed) -> None:
    (told,) = stacks.examine_stack(replace(deployed, name="nowhere"))
    assert told.wrong == ("nowhere: AWS answers ValidationError to DescribeStacks",)


def test_another_stack_lacks_what_is_looked_for(stack: Stack, deployed: Deployed) -> None:
    cloudformation = stack.client("cloudformation")
    body = json.dumps({"Resources": {"Other": {"Type": "AWS::SNS::Topic"}}})
    cloudformation.create_stack(StackName="other", TemplateBody=body)
    cloudformation.get_waiter("stack_create_complete").wait(StackName="other", WaiterConfig={"Delay": 1})
    found = ailments(replace(deployed, name="other"))
    assert found["visibility timeout"] == ("the stack has no HighQueue",)
    assert found["receiver of alarms"] == ("the stack has no AlarmTopic",)


def test_where_a_stage_has_no_aliases_functions_are_called_themselves(deployed: Deployed, stage: Stage) -> None:
    direct = replace(stage, overlay=stage.overlay.model_copy(update={"deployment": None}))
    found = ailments(replace(deployed, stage=direct))
    assert list(found) == ["event source mappings"]
    assert all(line.endswith(":live") for line in found["event source mappings"])


def test_the_program_examines_the_stack_when_it_is_told_to(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in DUMMY_AWS.items():
        monkeypatch.setenv(name, value)
    at = {"CAM_AWS_ENDPOINT_URL": stack.url}
    migrate_stage("prod", at)
    capsys.readouterr()
    assert doctor.main(["prod", f"--arch={HERE}", "--connections=100000", "--json", "--stack"], at) == 1
    told = {one["check"]: one["wrong"] for one in json.loads(capsys.readouterr().out)}
    built_earlier = told.pop("stack: code")
    assert set(built_earlier) <= {one.resource for one in FUNCTIONS}
    wrong = {check: lines for check, lines in told.items() if lines}
    assert list(wrong) == ["stack: template"]
    assert all(line.endswith(": DeploymentPreference") for line in wrong["stack: template"])


@pytest.mark.parametrize(("region", "error"), [("", "NoRegionError"), ("us-east-1", "NoCredentialsError")])
def test_without_credentials_the_program_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str], region: str, error: str
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    if region:
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    assert doctor.main(["dev", "--stack"], {}) == 1
    told = capsys.readouterr().out
    assert f"WRONG stack\n      AWS does not answer: {error}\n      → set AWS credentials" in told
