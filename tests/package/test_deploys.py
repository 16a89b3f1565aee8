"""How a deploy takes over, and what takes it back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.package.errors import PackageError
from infra.package.overlay import overlay
from infra.package.overlay.names import AUTHORIZE, FUNCTIONS
from infra.package.stage import CONFIG, Stage, load
from tests.package.templates import of_type


def deployed_by(deployment: dict[str, str] | None) -> Stage:
    config = json.loads(CONFIG.read_text())
    config["stages"]["prod"]["overlay"]["deployment"] = deployment
    return load("prod", source=config)


def test_a_deploy_shifts_the_alias_of_every_function_as_the_stage_says(resources: dict[str, Any], stage: Stage) -> None:
    assert stage.overlay.deployment
    for one in of_type(resources, "Serverless::Function").values():
        assert (one["AutoPublishAlias"], one["AutoPublishAliasAllProperties"]) == ("live", True)
        assert one["DeploymentPreference"]["Type"] == stage.overlay.deployment.type


def test_a_deploy_is_taken_back_for_errors_of_the_new_version_only(resources: dict[str, Any]) -> None:
    alarms = of_type(resources, "CloudWatch::Alarm")
    for name, one in of_type(resources, "Serverless::Function").items():
        first, *others = [alarm["Ref"] for alarm in one["DeploymentPreference"]["Alarms"]]
        assert {dimension["Name"]: dimension["Value"] for dimension in alarms[first]["Dimensions"]} == {
            "FunctionName": {"Ref": name},
            "Resource": {"Fn::Sub": f"${{{name}}}:live"},
            "ExecutedVersion": {"Fn::GetAtt": [f"{name}.Version", "Version"]},
        }
        assert others == (["Api5XxAlarm"] if name == "APIHandler" else [])


def test_the_api_calls_the_alias_and_may(resources: dict[str, Any]) -> None:
    (api,) = of_type(resources, "Serverless::Api").values()
    routes = json.dumps(api["DefinitionBody"])
    assert "${APIHandlerAliaslive}/invocations" in routes
    assert ".Arn}/invocations" not in routes
    allowed = [permission["FunctionName"]["Ref"] for permission in of_type(resources, "Lambda::Permission").values()]
    assert sorted(allowed) == ["APIHandlerAliaslive", f"{AUTHORIZE.resource}Aliaslive"]


def test_codedeploy_may_shift_the_stacks_functions_and_no_others(resources: dict[str, Any]) -> None:
    role = resources["DeploymentRole"]["Properties"]
    (inline,) = role["Policies"]
    assert "ManagedPolicyArns" not in role
    functions, alarms = inline["PolicyDocument"]["Statement"]
    named = {one["Fn::GetAtt"][0] for one in functions["Resource"] if "Fn::GetAtt" in one}
    assert named == {function.resource for function in FUNCTIONS}
    assert alarms["Action"] == ["cloudwatch:DescribeAlarms"]


def test_all_at_once_has_aliases_and_watches_nothing() -> None:
    made = overlay(deployed_by({"type": "AllAtOnce"}))["Resources"]
    assert made["APIHandler"]["Properties"]["AutoPublishAlias"] == "live"
    assert "Alarms" not in made["APIHandler"]["Properties"]["DeploymentPreference"]
    assert not [name for name in made if "NewVersion" in name]


def test_a_stage_without_deployment_has_no_trace_of_it() -> None:
    text = json.dumps(overlay(deployed_by(None)))
    assert [
        word for word in ("AutoPublishAlias", "DeploymentPreference", "DeploymentRole", "live") if word in text
    ] == []


def test_a_type_that_codedeploy_lacks_is_refused() -> None:
    with pytest.raises(PackageError, match=r"deployment\.type.*Canary10Percent5Minutes"):
        deployed_by({"type": "Canary20Percent"})
