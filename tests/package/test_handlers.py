"""The functions, run by Lambda's own runtime client on an empty machine with nothing but the zip."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from chalicelib.access.roles import Role
from chalicelib.api.callers import NewKey
from infra import keys
from tests.conftest import DUMMY_AWS
from tests.package.conftest import Deploy
from tests.support.unpacked import ALONE, Lambda

QUEUES = {f"CAM_QUEUE_{lane}_URL": f"http://127.0.0.1:9/1/{lane}" for lane in ("HIGH", "NORMAL", "LOW")}
OIDC = {
    "CAM_OIDC_ISSUER": "https://login.example.test/",
    "CAM_OIDC_AUDIENCE": "cam",
    "CAM_OIDC_JWKS_URL": "https://127.0.0.1:9/keys",
}
IMPORT_ALL = """
import importlib, json, pkgutil, sys
sys.path.insert(0, sys.argv[1])
import app, boto3, chalicelib, xlsxwriter
from chalicelib.providers import get_provider, provider_names
from chalicelib.providers.aws.types import TYPES
for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
    importlib.import_module(module.name)
for service in sorted({kind.service for kind in TYPES.values()} | {"s3", "sqs", "ssm", "sts"}):
    boto3.client(service, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
from aws_lambda_powertools import Tracer
Tracer(service="x", auto_patch=False)
import pymongo, dns.resolver
pymongo.uri_parser.parse_uri("mongodb://here")
print(json.dumps(sorted({getattr(m, "__file__", None) or "" for m in list(sys.modules.values())})))
"""


@pytest.fixture
def environ(mongodb_uri: str, database: Database[Any]) -> dict[str, str]:
    return {**DUMMY_AWS, **QUEUES, "CAM_MONGODB_URI": mongodb_uri, "CAM_MONGODB_DATABASE": database.name}


def request(method: str, path: str) -> dict[str, Any]:
    """The event that API Gateway makes of a request."""
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": {"Accept": "application/json"},
        "multiValueHeaders": {"Accept": ["application/json"]},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {"resourcePath": path, "httpMethod": method, "requestId": "r", "identity": {}},
        "body": None,
        "isBase64Encoded": False,
    }


def test_the_api_answers(deployed: Deploy, environ: Mapping[str, str]) -> None:
    api = deployed("APIHandler", **environ)
    healthy = api.invoke(request("GET", "/api/v1/cam/health"))
    listed = api.invoke(request("GET", "/api/v1/cam/tasks"))
    scraped = api.invoke(request("GET", "/metrics"))
    assert isinstance(scraped, dict)
    assert (scraped["statusCode"], "# TYPE cam_tasks gauge" in scraped["body"]) == (200, True)
    assert isinstance(healthy, dict)
    assert isinstance(listed, dict)
    assert (healthy["statusCode"], json.loads(healthy["body"])["data"]) == (200, {"status": "alive"})
    assert (listed["statusCode"], json.loads(listed["body"])["data"]["tasks"]) == (200, [])


def test_the_authorizer_lets_a_key_in_everywhere_and_nobody_else_anywhere(
    deployed: Deploy, environ: Mapping[str, str]
) -> None:
    guarded = {**environ, "CAM_STAGE": "prod", "CAM_AUTHENTICATION": "keys+oidc", **OIDC}
    key = keys.mint(guarded, "blue", NewKey(name="test", role=Role.OPERATOR))
    authorizer = deployed("Authorize", **guarded)
    arn = "arn:aws:execute-api:us-east-1:123456789012:api/prod/GET/api/v1/cam/tasks"

    def asked(token: str) -> dict[str, Any]:
        word = authorizer.invoke({"type": "TOKEN", "authorizationToken": token, "methodArn": arn})
        assert isinstance(word, dict)
        return word

    known = asked(f"Bearer {key}")
    (statement,) = known["policyDocument"]["Statement"]
    assert statement["Resource"] == ["arn:aws:execute-api:us-east-1:123456789012:api/prod/*/*"]
    assert known["context"] == {"tenant": "blue", "role": "operator"}
    assert known["principalId"].startswith("key:")
    for wrong in (f"Bearer {key[:-1]}", "Bearer a.b.c", "nothing"):
        refused = asked(wrong)
        (statement,) = refused["policyDocument"]["Statement"]
        assert (statement["Effect"], statement["Resource"]) == ("Deny", ["*"])
        assert refused["context"]["reason"]


@pytest.mark.parametrize("consumer", ["ConsumeHigh", "ConsumeNormal", "ConsumeLow", "Bury"])
def test_a_function_that_a_queue_triggers_answers(consumer: str, deployed: Deploy, environ: Mapping[str, str]) -> None:
    assert deployed(consumer, **environ).invoke({"Records": []}) == {"batchItemFailures": []}


@pytest.mark.parametrize(
    ("function", "answer"),
    [("Recover", {"sent": 0}), ("ScheduleSyncs", {"submitted": 0})],
)
def test_a_function_that_the_clock_triggers_works_on_the_store(
    function: str, answer: dict[str, int], deployed: Deploy, environ: Mapping[str, str]
) -> None:
    event = {"version": "0", "id": "i", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
    rest = {"account": "1", "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": []}
    result = deployed(function, **environ).invoke(event | rest)
    assert isinstance(result, dict)
    assert answer.items() <= result.items()


def test_a_function_that_an_event_triggers_answers(deployed: Deploy, environ: Mapping[str, str]) -> None:
    event = {"version": "0", "id": "i", "source": "cam", "detail-type": "SyncRequested", "detail": {"provider": "no"}}
    rest = {"account": "1", "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": []}
    result = deployed("SyncRequested", **environ).invoke(event | rest)
    assert isinstance(result, dict)
    assert "provider" in result["refused"]


def test_every_module_and_every_sdk_is_imported_from_the_zip_without_compiling(unpacked: Lambda) -> None:
    before = {path: path.stat().st_mtime_ns for path in unpacked.task.rglob("*")}
    command = [sys.executable, *ALONE, "-c", IMPORT_ALL, str(unpacked.task)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, cwd=unpacked.task, env=QUEUES)
    assert ran.returncode == 0, ran.stderr
    loaded = [Path(path) for path in json.loads(ran.stdout)]
    assert [path for path in loaded if "site-packages" in path.parts] == []
    after = {path: path.stat().st_mtime_ns for path in unpacked.task.rglob("*")}
    assert {path for path in after if after[path] != before.get(path)} == set()
