"""The one-machine stack with authentication on."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import httpx

from infra.local.__main__ import admittance, credentials, examples
from infra.local.seed import DEMO_IDS, fake_cloud_key
from infra.local.stack import Stack
from tests.support.stack import stack_config


def test_a_stack_with_keys_has_its_demo_accounts_and_lets_in_whoever_has_a_key(tmp_path: Path) -> None:
    config = replace(stack_config(tmp_path), product={"CAM_AUTHENTICATION": "keys"})
    with (
        Stack(config) as stack,
        httpx.Client(base_url=f"{stack.url}/api/v1/cam", timeout=15, trust_env=False) as client,
    ):
        assert client.get("/accounts").status_code == 401
        command = [sys.executable, "-m", "infra.keys", "local", "--role", "viewer", "--name", "me"]
        environ = {**os.environ, "MONGODB_PORT": str(config.ports["mongodb"])}
        made = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
        client.headers["Authorization"] = f"Bearer {made.stdout.strip()}"
        listed = client.get("/accounts").json()["data"]["accounts"]
        assert {account["id"] for account in listed} == set(DEMO_IDS.values())
        assert client.post("/tasks/sync-assets", json={"provider": "aliyun"}).status_code == 403
    assert made.stdout.strip() not in "".join(path.read_text() for path in tmp_path.glob("logs/*.log"))


def test_the_start_says_who_gets_in(tmp_path: Path) -> None:
    off = stack_config(tmp_path)
    on = replace(off, product={"CAM_AUTHENTICATION": "keys"})
    assert admittance(off).startswith("authentication is off: whoever reaches this machine's loopback is an admin")
    assert f"make -s key STAGE=local MONGODB_PORT={on.ports['mongodb']}" in admittance(on)
    assert not any("Authorization" in command for command in examples(off))
    assert all('-H "Authorization: Bearer $KEY"' in command for command in examples(on))


def test_the_start_says_what_the_demo_clouds_take_of_whoever_adds_an_account(tmp_path: Path) -> None:
    config = stack_config(tmp_path)
    told = "\n".join(credentials(config)).split()
    key = fake_cloud_key("aliyun")
    assert {f"http://127.0.0.1:{config.ports['aliyun']}", *key.values()} <= set(told)
    assert credentials(replace(config, real_aws=True)) == ()


def test_a_key_that_makes_no_sense_is_refused_with_what_is_wrong() -> None:
    wrong = {
        "role: Input should be": ["local", "--role", "owner"],
        "tenant: String should match": ["local", "--role", "admin", "--tenant", "../x"],
        "there is no stage 'staging'": ["staging", "--role", "admin"],
    }
    for told, arguments in wrong.items():
        command = [sys.executable, "-m", "infra.keys", *arguments, "--name", "me"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stdout) == (1, "")
        assert told in ran.stderr
