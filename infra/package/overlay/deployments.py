"""New code that takes over little by little, and is taken back when it fails: aliases, and CodeDeploy that moves them.

Every trigger (queue, schedule, event, API) calls a function's alias. A deploy makes a new version, and CodeDeploy
shifts the alias to it as the stage says, watching alarms.
"""

from __future__ import annotations

import json
from typing import Any

from infra.package.overlay.alarms import API_5XX, logical_id, new_versions
from infra.package.overlay.api import REST_API
from infra.package.overlay.intrinsics import Value, arn, attribute, policy, ref, resource, statement, sub
from infra.package.overlay.names import ALIAS, API, FUNCTIONS, Function
from infra.package.stage import Stage

ROLE = "DeploymentRole"


def properties(stage: Stage, function: Function) -> Value:
    """What a function of a stage that has aliases is given on top."""
    deployment = stage.overlay.deployment
    if deployment is None:
        return {}
    alarms = [one.name for one in new_versions(stage) if one.dimensions["FunctionName"] == ref(function.resource)]
    if alarms and function is API:
        alarms.append(API_5XX)  # the API answers its own faults: they are no errors of its function
    watched = {"Alarms": [ref(logical_id(name)) for name in alarms]} if alarms else {}
    return {
        "AutoPublishAlias": ALIAS,
        "AutoPublishAliasAllProperties": True,  # or else a change of settings alone would not be deployed
        "DeploymentPreference": {"Type": deployment.type, "Role": attribute(ROLE), **watched},
    }


def resources(stage: Stage) -> dict[str, Any]:
    return {} if stage.overlay.deployment is None else {ROLE: _role()}


def _role() -> Value:
    """CodeDeploy's. AWS has a managed one, which may shift the aliases of all functions of the account."""
    trusted = {"Effect": "Allow", "Principal": {"Service": "codedeploy.amazonaws.com"}, "Action": "sts:AssumeRole"}
    actions = ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"]
    functions = [
        one for function in FUNCTIONS for one in (attribute(function.resource), sub(f"${{{function.resource}.Arn}}:*"))
    ]
    allowed = policy(
        statement(actions, functions), statement(["cloudwatch:DescribeAlarms"], arn("cloudwatch", "alarm:*"))
    )
    return resource(
        "IAM::Role",
        {
            "AssumeRolePolicyDocument": policy(trusted),
            "Policies": [{"PolicyName": "shift-traffic", "PolicyDocument": allowed}],
        },
    )


def call_aliases(template: dict[str, Any]) -> None:
    """Have what Chalice wires to functions call their aliases: the API, and who may call. SAM wires the rest so."""
    resources = template["Resources"]
    for function in FUNCTIONS:
        alias = f"{function.resource}Alias{ALIAS}"  # SAM's name for it
        names = (ref(function.resource), attribute(function.resource))  # Chalice says either
        for one in resources.values():
            if one["Type"] == "AWS::Lambda::Permission" and one["Properties"]["FunctionName"] in names:
                one["Properties"]["FunctionName"] = ref(alias)
        called, instead = f"${{{function.resource}.Arn}}/invocations", f"${{{alias}}}/invocations"
        routes = resources[REST_API]["Properties"]
        routes["DefinitionBody"] = json.loads(json.dumps(routes["DefinitionBody"]).replace(called, instead))
