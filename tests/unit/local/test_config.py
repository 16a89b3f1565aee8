"""The settings of the one-machine stack."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.config import ConfigError, Workers, load

QUEUES = {f"CAM_QUEUE_{lane}_URL": f"https://sqs.eu-west-1.example/1/{lane}" for lane in ("HIGH", "NORMAL", "LOW")}


def test_nothing_set_gives_port_8001_and_those_after_it() -> None:
    config = load({})
    assert config.url == "http://localhost:8001"
    assert dict(config.ports) == {
        "api": 8001,
        "mongodb": 8002,
        "emulator": 8003,
        "aws": 8004,
        "aliyun": 8005,
        "tencent": 8006,
        "huawei": 8007,
        "volcano": 8008,
    }
    assert config.local_dir == Path(".local").absolute()
    assert (config.workers, config.batch_size, config.function_timeout) == (Workers(1, 2, 1), 10, 900)


def test_the_other_ports_follow_port_unless_they_are_set() -> None:
    config = load({"PORT": "9000", "EMULATOR_PORT": "4566"})
    assert dict(config.ports) == {
        "api": 9000,
        "mongodb": 9001,
        "emulator": 4566,
        "aws": 9003,
        "aliyun": 9004,
        "tencent": 9005,
        "huawei": 9006,
        "volcano": 9007,
    }


@pytest.mark.parametrize(
    ("variable", "value"), [("PORT", "http"), ("PORT", "65536"), ("WORKERS", "0"), ("BATCH_SIZE", "11"), ("PORT", "-1")]
)
def test_a_value_that_is_no_number_in_range_is_named(variable: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"{variable} must be a whole number .* not '{value}'"):
        load({variable: value})


def test_the_same_port_twice_is_named() -> None:
    with pytest.raises(ConfigError, match="port 8002 is wanted 2 times: give MONGODB_PORT and EMULATOR_PORT"):
        load({"EMULATOR_PORT": "8002"})


def test_the_service_finds_the_emulator_and_the_embedded_store() -> None:
    environment = load({"PORT": "9000"}).environment()
    assert environment["CAM_MONGODB_URI"].startswith("mongodb://127.0.0.1:9001/")
    assert environment["CAM_AWS_ENDPOINT_URL"] == "http://127.0.0.1:9002"
    for lane in ("high", "normal", "low"):
        url = f"http://127.0.0.1:9002/123456789012/cam-local-{lane}"
        assert environment[f"CAM_QUEUE_{lane.upper()}_URL"] == url
    assert environment["CAM_LEASE_SECONDS"] == "8"


def test_a_variable_of_the_service_that_is_set_wins_over_the_local_default() -> None:
    assert load({"CAM_LEASE_SECONDS": "60"}).environment()["CAM_LEASE_SECONDS"] == "60"


def test_a_real_store_takes_the_place_of_the_embedded_one() -> None:
    config = load({"CAM_MONGODB_URI": "mongodb://db.example/"})
    assert "mongodb" not in config.wanted_ports()
    assert config.environment()["CAM_MONGODB_URI"] == "mongodb://db.example/"


def test_real_aws_takes_the_place_of_the_emulator_and_the_demo_clouds() -> None:
    config = load({"CAM_AWS": "real", **QUEUES})
    assert set(config.wanted_ports()) == {"api", "mongodb"}
    assert {name: config.environment()[name] for name in QUEUES} == QUEUES
    assert not {"CAM_AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION"} & config.environment().keys()


@pytest.mark.parametrize("left_out", ["CAM_AWS", *QUEUES])
def test_half_of_the_settings_for_real_aws_is_an_error(left_out: str) -> None:
    environ = {"CAM_AWS": "real", **QUEUES}
    del environ[left_out]
    with pytest.raises(ConfigError, match=left_out):
        load(environ)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"WORKERS": "1"}, Workers(1, 1, 1)),
        ({"WORKERS": "6"}, Workers(1, 4, 1)),
        ({"WORKERS_HIGH": "2", "WORKERS_LOW": "3"}, Workers(2, 2, 3)),
    ],
)
def test_every_lane_has_a_worker_and_the_normal_one_has_what_is_left(
    environ: dict[str, str], expected: Workers
) -> None:
    assert load(environ).workers == expected


def test_a_proxy_of_the_environment_is_not_used_for_this_machine() -> None:
    assert load({"NO_PROXY": "intranet"}).environment()["NO_PROXY"] == "intranet,127.0.0.1,localhost"
