"""How long a packaged function takes from its process's start to its first request for work, as a ratio to a bare
handler that imports pymongo and boto3 and makes their clients: ``python -m bench.cold_start [--runs 10]``.

The zip of this machine's architecture is run by Lambda's own runtime client, and the bare handler by the same
interpreter with the packages of the same zip.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.memory import peak_mib
from infra.local.function import FunctionEnvironment
from infra.local.functions import Function
from infra.package.build import build
from infra.package.stage import load
from tests.support.unpacked import Lambda, unpack

STAGE = "dev"
ARCHITECTURES = {"x86_64": "x86_64", "aarch64": "arm64"}
STORE = "mongodb://127.0.0.1:9"
"""Nobody listens there: what a start needs of the store would fail it."""
ENVIRON = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "a",
    "AWS_SECRET_ACCESS_KEY": "b",
    "CAM_MONGODB_URI": STORE,
    **{f"CAM_QUEUE_{lane}_URL": f"http://127.0.0.1:9/1/{lane}" for lane in ("HIGH", "NORMAL", "LOW")},
}
BARE = f"""
import boto3
from pymongo import MongoClient

store = MongoClient("{STORE}")
queue = boto3.client("sqs")


def handle(event, context):
    return {{}}
"""
BARE_FUNCTION = Function("bare", "bare.handle")


@dataclass(frozen=True)
class Bounds:
    """Ratios to the bare handler's start: what must hold, and what is wished for."""

    most: float
    wished: float


BOUNDS = {
    "APIHandler": Bounds(1.5, 1.3),
    "ConsumeNormal": Bounds(1.7, 1.5),
    "Recover": Bounds(1.7, 1.5),
    "Authorize": Bounds(1.7, 1.5),
}
"""By the template's resource."""


@dataclass
class Starts:
    """Those of one function: seconds, and MiB when it asked for work."""

    seconds: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        median, least, most = (1000 * value for value in (self.median, min(self.seconds), max(self.seconds)))
        return f"{median:6.0f} ms ({least:.0f} to {most:.0f}), {statistics.median(self.peaks):4.0f} MiB"


def packaged(template: Path) -> list[Function]:
    """The functions that have a bound, as they are deployed."""
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"]
    described = {name: resources[name]["Properties"] for name in BOUNDS}
    return [Function(name, each["Handler"], memory_mb=each["MemorySize"]) for name, each in described.items()]


def start(function: Function, unpacked: Lambda, log: Path, starts: Starts) -> None:
    environment = FunctionEnvironment(
        function.name,
        function,
        environ=ENVIRON,
        log=log / f"{function.name}.log",
        pid_file=log / f"{function.name}.pid",
        root=unpacked.task,
        host=unpacked.host,
    )
    begun = time.perf_counter()
    try:
        environment.start()
        starts.seconds.append(time.perf_counter() - begun)
        starts.peaks.append(peak_mib(environment.pid))
    finally:
        environment.close()


def measure(runs: int, folder: Path) -> dict[str, Starts]:
    """Each round starts every function once, so that what else the machine does meets all; the first is not counted,
    as it reads the files for the first time.
    """
    output = build(load(STAGE, ARCHITECTURES[platform.machine()]), folder / "build")
    task, runtime = folder / "task", folder / "runtime"
    task.mkdir()
    runtime.mkdir()
    unpacked = unpack(output.zip, task=task, runtime=runtime)
    (runtime / "bare.py").write_text(BARE, encoding="ascii")
    functions = [BARE_FUNCTION, *packaged(output.template)]
    measured = {function.name: Starts() for function in functions}
    for round_ in range(runs + 1):
        for function in functions:
            start(function, unpacked, folder, measured[function.name] if round_ else Starts())
    return measured


def judge(measured: Mapping[str, Starts]) -> bool:
    """Print a line for each function. Whether all bounds hold."""
    bare = measured[BARE_FUNCTION.name]
    print(f"{'bare':<14} {bare}")
    held = True
    for name, bounds in BOUNDS.items():
        ratio = measured[name].median / bare.median
        met = f"wished {bounds.wished}: {'met' if ratio <= bounds.wished else 'not met'}"
        verdict = "holds" if ratio <= bounds.most else "MISSED"
        print(f"{name:<14} {measured[name]}  {ratio:4.2f} x bare  bound {bounds.most}: {verdict}; {met}")
        held = held and ratio <= bounds.most
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description="Cold starts of the packaged functions against a bare handler.")
    parser.add_argument("--runs", type=int, default=10, help="starts of each function (10)")
    runs = parser.parse_args().runs
    if runs < 1:
        parser.error("--runs: at least 1")
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if judge(measure(runs, Path(folder))) else 1)


if __name__ == "__main__":
    main()
