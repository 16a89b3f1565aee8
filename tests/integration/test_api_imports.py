"""What the API side pays for knowing the providers."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from chalicelib import collector
from chalicelib.executors import task_types
from chalicelib.providers import provider_names
from tests.conftest import DUMMY_AWS

ROOT = Path(__file__).parents[2]
QUEUES = {f"CAM_QUEUE_{lane}_URL": f"http://127.0.0.1:9/1/{lane}" for lane in ("HIGH", "NORMAL", "LOW")}

SDKS = ("alibabacloud_tea_openapi", "Tea", "darabonba", "tencentcloud", "huaweicloudsdkcore", "volcenginesdkcore")
"""What is imported of the SDKs of the clouds; that of AWS is the service's own, too."""
FAMILIES = ("alibabacloud", "Tea", "darabonba", "tencentcloud", "huaweicloud", "volcengine")
SCRIPT = """
import json, sys
from chalice.config import Config
from chalice.test import Client
from moto import mock_aws
from app import app
from chalicelib import container
from chalicelib.executors import task_types
from chalicelib.providers import get_provider, provider_names
from chalicelib.settings import load
from infra.local.gateway import Gateway

container.install(container.Container(load()))  # before the client, which brings the environment of a stage
API = "/api/v1/cam"
answers = []
with mock_aws(), Client(app) as client:
    client.http._local_gateway = Gateway(app, Config())
    def post(path, body):
        sent = {"Content-Type": "application/json"}
        answer = client.http.post(API + path, headers=sent, body=json.dumps(body).encode())
        answers.append((path, body.get("provider"), answer.status_code))

    document = client.http.get("/openapi.json")
    assert document.status_code == 200, document.body
    for name in provider_names():
        fields = sorted(get_provider(name).credential_fields[0])
        secrets = dict.fromkeys(fields, "arn:aws:iam::123456789012:role/r")
        post("/accounts", {"provider": name, "name": "a", "credentials": secrets})
        for kind in task_types():
            chosen = {"type": "ecs"} if kind == "export_assets" else {"asset_types": ["ecs", "db"]}
            post("/tasks/" + kind.replace("_", "-"), {"provider": name} | chosen)
print(json.dumps([answers, sorted({name.split(".")[0] for name in sys.modules})]))
"""


def test_the_sdks_that_are_looked_for_are_those_that_ship() -> None:
    assert [name for name in SDKS if find_spec(name) is None] == []
    assert [name for name in SDKS if not name.startswith(FAMILIES)] == []


def test_the_api_documents_itself_and_checks_a_body_of_each_type_for_each_cloud_without_any_sdk(
    mongodb_uri: str, database: Database[dict[str, Any]]
) -> None:
    store = {"CAM_MONGODB_URI": mongodb_uri, "CAM_MONGODB_DATABASE": database.name}
    bucket = {"CAM_EXPORT_BUCKET": "exports"}
    command, environ = [sys.executable, "-c", SCRIPT], {**DUMMY_AWS, **QUEUES, **store, **bucket}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environ)
    assert done.returncode == 0, done.stderr
    answers, loaded = json.loads(done.stdout.splitlines()[-1])
    assert len(answers) == len(provider_names()) * (len(task_types()) + 1)
    assert [answer for answer in answers if answer[2] not in (201, 202)] == []
    assert [name for name in loaded if name.startswith(FAMILIES)] == []


START = """
import gc, json, sys
seen = []
gc.callbacks.append(lambda phase, info: seen.append(phase == "stop"))
import {module}
print(json.dumps([sum(seen), sorted(sys.modules)]))
"""
MOST_COLLECTIONS = 2
"""Of a start that holds the collector first; one that leaves it as it is has more than a hundred."""


@pytest.mark.parametrize("module", ["app", "chalicelib.events.consumers", "chalicelib.api.authorizer"])
def test_a_start_loads_what_the_first_invocation_needs_and_no_more(module: str) -> None:
    script = START.format(module=module)
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    collections, loaded = json.loads(done.stdout)
    assert {"pymongo", "botocore.session", "pydantic.main"} - set(loaded) == set()
    assert {"aws_xray_sdk", "boto3", "jwt", "prometheus_client", "xlsxwriter"} & set(loaded) == set()
    assert collections <= MOST_COLLECTIONS


def test_the_collector_is_set_for_work_when_the_service_is_wired() -> None:
    environ = {**DUMMY_AWS, **QUEUES, "CAM_MONGODB_URI": "mongodb://127.0.0.1:9"}
    script = """
import gc
from chalicelib.container import current
current()
print(gc.get_threshold()[0], gc.get_freeze_count())
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True, env=environ
    )
    threshold, frozen = map(int, done.stdout.split())
    assert threshold == collector.FIRST
    assert frozen > 0
