"""Reading the settings of a stage."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.package.errors import PackageError
from infra.package.stage import CONFIG, load

GIVEN: dict[str, Any] = json.loads(CONFIG.read_text())


def changed(**overlay: Any) -> dict[str, Any]:
    config: dict[str, Any] = json.loads(CONFIG.read_text())
    config["stages"]["dev"]["overlay"] |= overlay
    return config


@pytest.mark.parametrize("name", GIVEN["stages"])
def test_every_stage_can_be_packaged(name: str) -> None:
    stage = load(name)
    assert stage.parameter_prefix == f"/cam/{name}"
    assert stage.timeouts["consume_low"] == 900
    assert stage.timeouts["api_handler"] <= 29


def test_the_architecture_is_the_stages_unless_another_is_asked_for() -> None:
    assert load("prod").arch == "arm64"
    assert load("prod", "x86_64").arch == "x86_64"


def test_a_stage_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(PackageError, match=r"no stage 'staging': .* has dev, prod"):
        load("staging")


def test_an_architecture_that_lambda_lacks_is_refused() -> None:
    with pytest.raises(PackageError, match="use x86_64 or arm64"):
        load("prod", "riscv")


def test_a_setting_that_is_misspelt_or_out_of_range_is_named() -> None:
    lanes = GIVEN["stages"]["dev"]["overlay"]["lanes"]
    wrong = changed(log_retention=3, lanes=lanes | {"high": lanes["high"] | {"max_concurrency": 1}})
    with pytest.raises(PackageError, match=r"lanes\.high\.max_concurrency.*log_retention"):
        load("dev", source=wrong)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"CAM_AUTHENTICATION": "off"}, "CAM_AUTHENTICATION: a deployed stage cannot do without"),
        ({"CAM_AUTHENTICATION": ""}, "CAM_AUTHENTICATION: a deployed stage cannot do without"),
        ({"CAM_STAGE": "local"}, "CAM_STAGE must be dev"),
        ({"CAM_AUTHENTICATION": "oidc"}, "CAM_OIDC_ISSUER, CAM_OIDC_AUDIENCE, CAM_OIDC_JWKS_URL: required"),
    ],
)
def test_a_stage_whose_functions_would_refuse_to_start_is_not_packaged(changes: dict[str, str], told: str) -> None:
    config: dict[str, Any] = json.loads(CONFIG.read_text())
    config["stages"]["dev"]["environment_variables"] |= changes
    with pytest.raises(PackageError, match=told):
        load("dev", source=config)
