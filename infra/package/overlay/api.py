"""What the API is given on top of Chalice's: throttling, access logs, tracing, metrics, and answers of its own."""

from __future__ import annotations

import json
from typing import Any

from chalicelib.settings import cors_origin
from infra.package.overlay import gateway_responses
from infra.package.overlay.intrinsics import KEPT, attribute, policy, resource, sub
from infra.package.overlay.names import API_LOGS
from infra.package.stage import Stage

REST_API = "RestAPI"
API_NAME = "cam-tasks"
"""What Chalice calls the API: the app's name."""
ACCESS = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "ip": "$context.identity.sourceIp",
    "method": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "ms": "$context.responseLatency",
    "bytes": "$context.responseLength",
    "error": "$context.integrationErrorMessage",
    "trace": "$context.xrayTraceId",
}


def resources(stage: Stage) -> dict[str, Any]:
    overlay = stage.overlay
    every_method = {
        "ResourcePath": "/*",
        "HttpMethod": "*",
        "ThrottlingRateLimit": overlay.requests_per_second,
        "ThrottlingBurstLimit": overlay.request_burst,
        "MetricsEnabled": True,
        "DataTraceEnabled": False,  # would log bodies, which may hold credentials
    }
    properties = {
        "DefinitionBody": gateway_responses.definition(cors_origin(stage.environment)),
        "TracingEnabled": True,
        "MethodSettings": [every_method],
        "AccessLogSetting": {"DestinationArn": attribute(API_LOGS), "Format": json.dumps(ACCESS)},
    }
    if not overlay.sets_up_api_logging:
        return {REST_API: {"Properties": properties}}
    return {REST_API: {"Properties": properties, "DependsOn": ["ApiLogging"]}} | _api_logging()


def _api_logging() -> dict[str, Any]:
    """API Gateway writes access logs only in an account and region that has been given a role for it."""
    trusted = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    managed = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    role = {"AssumeRolePolicyDocument": policy(trusted), "ManagedPolicyArns": [sub(managed)]}
    # Both are kept: other stacks of the account may have come to need them.
    return {
        "ApiLoggingRole": resource("IAM::Role", role, **KEPT),
        "ApiLogging": resource("ApiGateway::Account", {"CloudWatchRoleArn": attribute("ApiLoggingRole")}, **KEPT),
    }
