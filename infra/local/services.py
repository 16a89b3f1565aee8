"""The long-running processes of the stack, as one table."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local import emulator, mongodb
from infra.local.config import PROJECT, Config
from infra.local.processes import Child
from infra.local.seed import fake_cloud_key

READY_SECONDS = 60


@dataclass(frozen=True)
class Service:
    """``launch`` starts the process, ``ready`` waits for it to serve; both raise StartError."""

    name: str
    what: str
    port: int
    launch: Callable[[], Child]
    ready: Callable[[Child], object]

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"


def services(config: Config) -> tuple[Service, ...]:
    """In the order to launch them: whatever takes longest first, and the store before the API, which needs it."""
    logs = config.local_dir / "logs"
    ports = config.ports

    def module(name: str, command: Sequence[str], what: str) -> Service:
        return Service(
            name,
            what,
            ports[name],
            lambda: Child(
                name,
                [sys.executable, "-m", *command, "--port", str(ports[name])],
                log=logs / f"{name}.log",
                cwd=PROJECT,
                env=config.environment(),
            ),
            _listening,
        )

    def fake_cloud(name: str, title: str, instances: int) -> Service:
        key = fake_cloud_key(name)
        command = [
            *(f"infra.local.clouds.{name}", "--instances", str(instances), "--latency", str(config.cloud_latency)),
            *("--access-key-id", key["access_key_id"], "--access-key-secret", key["access_key_secret"]),
            *("--live", str(config.cloud_changes)),
        ]
        return module(name, command, f"fake {title} cloud")

    table = (
        module("aws", ["infra.local.clouds.aws"], "fake AWS cloud"),
        fake_cloud("aliyun", "Aliyun", config.instances),
        fake_cloud("tencent", "Tencent", config.instances // 10),
        fake_cloud("huawei", "Huawei", config.instances // 10),
        fake_cloud("volcano", "Volcano", config.instances // 10),
        Service("emulator", "AWS emulator", ports["emulator"], lambda: _emulator(config, logs), emulator.wait_ready),
        Service("mongodb", "task and asset store", ports["mongodb"], lambda: _mongodb(config, logs), lambda _: None),
        module("api", ["infra.local.api"], "HTTP API"),
    )
    wanted = config.wanted_ports()
    return tuple(service for service in table if service.name in wanted)


def _emulator(config: Config, logs: Path) -> Child:
    return emulator.launch(
        config.local_dir / "emulator",
        port=config.ports["emulator"],
        log=logs / "emulator.log",
        python=config.emulator_python,
    )


def _mongodb(config: Config, logs: Path) -> Child:
    server, _ = mongodb.start(config.local_dir / "mongodb", port=config.ports["mongodb"], log=logs / "mongodb.log")
    return server


def _listening(child: Child) -> None:
    child.wait_for_line(r"listening on ", within=READY_SECONDS)
