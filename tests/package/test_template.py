"""What the template promises of every resource of a kind."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.api.authorizer import REMEMBERED_SECONDS
from chalicelib.api.headers import ON_EVERY_ANSWER
from infra.local.api import COMPRESSED_FROM
from infra.package import template as templates
from infra.package.overlay import api, overlay
from infra.package.overlay.names import CONSUMERS, FUNCTIONS
from infra.package.overlay.roles import WHOLE
from infra.package.places import Output
from infra.package.stage import Stage, load
from tests.package.templates import lint, of_type

CONFIG: dict[str, Any] = json.loads((Path(__file__).parents[2] / ".chalice" / "config.json").read_text())


def mappings(resources: dict[str, Any]) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """The functions that queues trigger, and the properties of the trigger."""
    functions = of_type(resources, "Serverless::Function")
    return {
        name: (properties, event["Properties"])
        for name, properties in functions.items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "SQS"
    }


def test_cfn_lint_finds_nothing(package: Output, stage: Stage, tmp_path: Path) -> None:
    others = [load(name) for name in CONFIG["stages"] if name != stage.name]
    for other in others:
        templates.make(other, tmp_path / f"{other.name}.json")
    assert "".join(lint(path) for path in (package.template, *sorted(tmp_path.glob("*.json")))) == ""


def test_cfn_lint_sees_a_name_that_is_not_there(template: dict[str, Any], tmp_path: Path) -> None:
    wrong = json.loads(json.dumps(template).replace('"HighQueue", "Arn"', '"HihgQueue", "Arn"'))
    (tmp_path / "wrong.json").write_text(json.dumps(wrong))
    assert "HihgQueue" in lint(tmp_path / "wrong.json")


def test_every_mapping_of_a_queue_has_batches_limits_and_partial_responses(resources: dict[str, Any]) -> None:
    found = mappings(resources)
    assert set(found) == {"ConsumeHigh", "ConsumeNormal", "ConsumeLow", "Bury"}
    for name, (_, mapping) in found.items():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        assert mapping["ScalingConfig"]["MaximumConcurrency"] >= 2, name
        assert 1 <= mapping["BatchSize"] <= 10, name


def test_no_function_reserves_concurrency_for_a_queue(resources: dict[str, Any]) -> None:
    for function, _ in mappings(resources).values():
        assert "ReservedConcurrentExecutions" not in function


def test_a_message_stays_hidden_six_times_as_long_as_its_function_may_run(resources: dict[str, Any]) -> None:
    queues = of_type(resources, "SQS::Queue")
    for function, mapping in mappings(resources).values():
        queue = mapping["Queue"]["Fn::Sub"].removeprefix("${").removesuffix(".Arn}")
        assert queues[queue]["VisibilityTimeout"] >= 6 * function["Timeout"]
        assert mapping["Queue"] == {"Fn::Sub": f"${{{queue}.Arn}}"}


def test_what_a_lane_gives_up_becomes_a_dead_letter(resources: dict[str, Any]) -> None:
    queues = of_type(resources, "SQS::Queue")
    for lane in ("HighQueue", "NormalQueue", "LowQueue"):
        redrive = queues[lane]["RedrivePolicy"]
        assert redrive["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLettersQueue", "Arn"]}
        assert redrive["maxReceiveCount"] >= 2
    assert queues["DeadLettersQueue"]["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_a_function_that_sends_to_its_own_queue_may(resources: dict[str, Any]) -> None:
    functions = of_type(resources, "Serverless::Function")
    allowed = {name for name, one in functions.items() if one.get("RecursiveLoop") == "Allow"}
    assert allowed == {consumer.resource for consumer in CONSUMERS}


def test_everything_stored_is_encrypted_with_the_stacks_key(resources: dict[str, Any]) -> None:
    key = {"Fn::GetAtt": ["Key", "Arn"]}
    assert all(one["KmsMasterKeyId"] == key for one in of_type(resources, "SQS::Queue").values())
    assert all(one["KmsKeyId"] == key for one in of_type(resources, "Logs::LogGroup").values())
    assert all(one["KmsMasterKeyId"] == key for one in of_type(resources, "SNS::Topic").values())
    for bucket in of_type(resources, "S3::Bucket").values():
        (rule,) = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
        assert bucket["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] >= 1
    functions = of_type(resources, "Serverless::Function").values()
    assert all(one["Environment"]["Variables"]["CAM_PARAMETER_KEY"] == key for one in functions)
    assert of_type(resources, "KMS::Key")["Key"]["EnableKeyRotation"] is True


def test_only_who_keeps_credentials_may_encrypt_and_only_them(resources: dict[str, Any]) -> None:
    (found,) = [(name, one) for name, one in statements(resources) if "kms:Encrypt" in one["Action"]]
    assert found[0] == "APIHandlerRole"
    assert found[1]["Resource"] == {"Fn::GetAtt": ["Key", "Arn"]}
    (what,) = found[1]["Condition"]["ArnLike"].items()
    assert what[0] == "kms:EncryptionContext:PARAMETER_ARN"
    assert what[1]["Fn::Sub"].endswith(":parameter/cam/prod/accounts/*")


def test_who_reads_credentials_may_decrypt_them(resources: dict[str, Any]) -> None:
    def may(action: str, on: str) -> set[str]:
        return {name for name, one in statements(resources) if action in one["Action"] and on in json.dumps(one)}

    readers = may("ssm:GetParameter", "/accounts/*")
    assert readers == {"APIHandlerRole", *(consumer.role for consumer in CONSUMERS)}
    assert readers <= may("kms:Decrypt", '"Key"')


def test_queues_and_the_bucket_refuse_connections_in_clear(resources: dict[str, Any]) -> None:
    queues = {one["Queues"][0]["Ref"] for one in of_type(resources, "SQS::QueuePolicy").values()}
    assert queues == set(of_type(resources, "SQS::Queue"))
    policies = [*of_type(resources, "SQS::QueuePolicy").values(), *of_type(resources, "S3::BucketPolicy").values()]
    for policy in policies:
        (denied,) = policy["PolicyDocument"]["Statement"]
        assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_every_function_has_a_role_and_a_log_group_of_its_own(resources: dict[str, Any]) -> None:
    functions = of_type(resources, "Serverless::Function")
    assert set(functions) == {function.resource for function in FUNCTIONS}
    groups = of_type(resources, "Logs::LogGroup")
    for name, one in functions.items():
        assert one["Role"] == {"Fn::GetAtt": [f"{name}Role", "Arn"]}
        assert one["LoggingConfig"]["LogGroup"]["Ref"] in groups
        assert one["Tracing"] == "Active"
    assert all(group["RetentionInDays"] for group in groups.values())
    assert len({one["LoggingConfig"]["LogGroup"]["Ref"] for one in functions.values()}) == len(functions)


def statements(resources: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, role in of_type(resources, "IAM::Role").items():
        for policy in role.get("Policies", []):
            for statement in policy["PolicyDocument"]["Statement"]:
                yield name, statement


@pytest.mark.parametrize("network", [{}, {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}])
def test_only_what_aws_has_no_narrower_resource_for_is_allowed_on_everything(network: dict[str, Any]) -> None:
    config = json.loads(json.dumps(CONFIG))
    config["stages"]["prod"] |= network
    broad: set[str] = set()
    for name, statement in statements(overlay(load("prod", source=config))["Resources"]):
        assert not [action for action in statement["Action"] if "*" in action], name
        if statement["Resource"] == "*":
            broad |= set(statement["Action"])
    assert broad == {action for action in WHOLE if network or not action.startswith("ec2:")}


def test_a_role_allows_nothing_twice(resources: dict[str, Any]) -> None:
    for name, role in of_type(resources, "IAM::Role").items():
        for policy in role.get("Policies", []):
            seen = [json.dumps(one, sort_keys=True) for one in policy["PolicyDocument"]["Statement"]]
            assert len(seen) == len(set(seen)), name


def test_functions_find_their_queues_and_the_store_by_their_environment(resources: dict[str, Any]) -> None:
    from chalicelib.settings import PREFIX, Settings  # noqa: PLC0415

    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for one in of_type(resources, "Serverless::Function").values():
        variables = one["Environment"]["Variables"]
        assert {name for name in variables if name.startswith(PREFIX)} <= known
        assert variables["CAM_QUEUE_HIGH_URL"] == {"Ref": "HighQueue"}
        assert variables["CAM_EXPORT_BUCKET"] == {"Ref": "ExportBucket"}
        assert variables["CAM_MONGODB_URI_PARAMETER"] == "/cam/prod/mongodb-uri"


def test_no_secret_is_in_the_template(package: Output) -> None:
    assert not re.search(r"mongodb(\+srv)?://|AKIA[A-Z0-9]{16}|(?i:password|secret_?key)", package.template.read_text())


def test_the_api_is_throttled_logged_and_traced(resources: dict[str, Any], stage: Stage) -> None:
    (api,) = of_type(resources, "Serverless::Api").values()
    (every,) = api["MethodSettings"]
    assert (every["ResourcePath"], every["HttpMethod"]) == ("/*", "*")
    assert every["ThrottlingRateLimit"] == stage.overlay.requests_per_second
    assert every["DataTraceEnabled"] is False
    assert api["AccessLogSetting"]["DestinationArn"] == {"Fn::GetAtt": ["ApiAccessLogs", "Arn"]}
    assert api["TracingEnabled"] is True
    assert api["EndpointConfiguration"] == "REGIONAL"


def test_the_api_compresses_answers_from_the_size_that_the_local_one_does(resources: dict[str, Any]) -> None:
    (api,) = of_type(resources, "Serverless::Api").values()
    assert api["MinimumCompressionSize"] == COMPRESSED_FROM


def test_the_api_gives_up_no_sooner_than_its_function(resources: dict[str, Any]) -> None:
    assert of_type(resources, "Serverless::Function")["APIHandler"]["Timeout"] <= 29


def test_the_dashboard_shows_every_alarm_and_only_resources_that_are_there(resources: dict[str, Any]) -> None:
    (dashboard,) = of_type(resources, "CloudWatch::Dashboard").values()
    text = dashboard["DashboardBody"]["Fn::Sub"]
    json.loads(text)
    named = {name.partition(".")[0] for name in re.findall(r"\$\{([^}]+)\}", text)} - {"AWS::Region"}
    assert named <= set(resources)
    assert set(of_type(resources, "CloudWatch::Alarm")) <= named


def test_the_gateway_asks_the_authorizer_and_remembers_for_half_a_minute(resources: dict[str, Any]) -> None:
    definition = resources["RestAPI"]["Properties"]["DefinitionBody"]
    (name,) = definition["securityDefinitions"]
    authorizer = definition["securityDefinitions"][name]["x-amazon-apigateway-authorizer"]
    assert authorizer["authorizerResultTtlInSeconds"] == REMEMBERED_SECONDS == 30
    aliased = "Authorize" in resources and "AutoPublishAlias" in resources["Authorize"]["Properties"]
    called = "${AuthorizeAliaslive}" if aliased else "${Authorize.Arn}"
    assert f"/{called}/invocations" in authorizer["authorizerUri"]["Fn::Sub"]
    unguarded = {
        path
        for path, methods in definition["paths"].items()
        for method, it in methods.items()
        if it.get("security") != [{name: []}] and method != "options"
    }
    console = {"/console", "/console/{edition}/{file}", "/console/{edition}/{folder}/{file}"}
    assert unguarded == {"/api/v1/cam/health", "/docs", "/openapi.json", *console}


def test_what_the_gateway_answers_by_itself_is_in_the_envelope(resources: dict[str, Any]) -> None:
    definition = resources["RestAPI"]["Properties"]["DefinitionBody"]
    answers = definition["x-amazon-apigateway-gateway-responses"]
    statuses = {kind: it.get("statusCode") for kind, it in answers.items()}
    assert statuses == {
        "UNAUTHORIZED": "401",
        "ACCESS_DENIED": "401",
        "AUTHORIZER_FAILURE": "503",
        "AUTHORIZER_CONFIGURATION_ERROR": "503",
        "THROTTLED": "429",
        "MISSING_AUTHENTICATION_TOKEN": "404",
        "DEFAULT_4XX": None,
        "DEFAULT_5XX": None,
    }
    for it in answers.values():
        template = it["responseTemplates"]["application/json"].replace("$context.error.messageString", '"words"')
        body = json.loads(template)
        assert body.keys() == {"code", "msg", "data"}
        assert body["code"]
        assert body["data"] is None
        if it.get("statusCode"):
            assert body["code"] // 100 == int(it["statusCode"])


def headers_of(answer: dict[str, Any]) -> dict[str, str]:
    """As they are sent: API Gateway takes the outermost quotes away."""
    given = {name.removeprefix("gatewayresponse.header."): it for name, it in answer["responseParameters"].items()}
    assert all(it[0] == it[-1] == "'" for it in given.values())
    return {name: it[1:-1] for name, it in given.items()}


def test_what_the_gateway_answers_by_itself_has_the_headers_of_every_answer(resources: dict[str, Any]) -> None:
    definition = resources["RestAPI"]["Properties"]["DefinitionBody"]
    for kind, answer in definition["x-amazon-apigateway-gateway-responses"].items():
        waits = kind in ("AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR", "THROTTLED")
        assert set(headers_of(answer)) == set(ON_EVERY_ANSWER) | ({"Retry-After"} if waits else set()), kind
        assert ON_EVERY_ANSWER.items() <= headers_of(answer).items(), kind


def test_pages_of_the_origin_that_is_set_may_read_what_the_gateway_answers(stage: Stage) -> None:
    origin = "https://console.example.com"
    opened = replace(stage, environment={**stage.environment, "CAM_CORS_ORIGIN": origin})
    definition = api.resources(opened)[api.REST_API]["Properties"]["DefinitionBody"]
    for answer in definition["x-amazon-apigateway-gateway-responses"].values():
        headers = headers_of(answer)
        assert headers["Access-Control-Allow-Origin"] == origin
        assert headers["Access-Control-Expose-Headers"] == "Retry-After"


def test_the_authorizer_may_reach_the_store_and_nothing_else(
    resources: dict[str, Any],
) -> None:
    allowed = {action for name, one in statements(resources) if name == "AuthorizeRole" for action in one["Action"]}
    assert allowed == {
        *("logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        "ssm:GetParameter",
    }
    (reads,) = [
        one for name, one in statements(resources) if name == "AuthorizeRole" and one["Action"] == ["ssm:GetParameter"]
    ]
    assert reads["Resource"]["Fn::Sub"].endswith("parameter/cam/prod/mongodb-uri")
