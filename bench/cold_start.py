"""How long a packaged function takes from its process's start to its first request for work, as a ratio to a bare
handler that imports pymongo and boto3 and makes their clients: ``python -m bench.cold_start [--runs 10]``.

The ratio that is judged is that of the medians on the clock, as whoever waits for a start has it. That of the processor
time is printed beside it: a busy machine lengthens it less, so where the two differ the machine was not quiet.

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
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.memory import peak_mib
from bench.rows import Bound, Row
from infra.local.function import FunctionEnvironment
from infra.local.functions import Function
from infra.package.build import build
from infra.package.stage import load
from tests.support.unpacked import Lambda, unpack

MEASURE = "cold start"
RUNS, SMALL_RUNS = 10, 3
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
    """Ratios to the bare handler's start: what a package must hold, and what the table is held to."""

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
    """Those of one function until it asked for work: seconds on the clock, seconds of a processor, and MiB."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    peaks: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{_told(self.clock)} {_told(self.processor)} {statistics.median(self.peaks):4.0f}"


def _told(seconds: Sequence[float]) -> str:
    median, least, most = (1000 * value for value in (statistics.median(seconds), min(seconds), max(seconds)))
    return f"{f'{median:.0f} ({least:.0f} to {most:.0f})':>20}"


def packaged(template: Path) -> list[Function]:
    """The functions that have a bound, as they are deployed."""
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"]
    described = {name: resources[name]["Properties"] for name in BOUNDS}
    return [Function(name, each["Handler"], memory_mb=each["MemorySize"]) for name, each in described.items()]


def processor_seconds(pid: int) -> float:
    """What the threads of a process have used; Linux counts it in nanoseconds."""
    used = [int(path.read_text(encoding="ascii").split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(used) / 1e9


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
        starts.clock.append(time.perf_counter() - begun)
        assert environment.pid
        starts.processor.append(processor_seconds(environment.pid))
        starts.peaks.append(peak_mib(environment.pid))
    finally:
        environment.close()


def unpacked_here(folder: Path) -> tuple[Lambda, Path]:
    """The package of this machine's architecture, and its template."""
    output = build(load(STAGE, ARCHITECTURES[platform.machine()]), folder / "build")
    task, runtime = folder / "task", folder / "runtime"
    task.mkdir()
    runtime.mkdir()
    return unpack(output.zip, task=task, runtime=runtime), output.template


def starts(runs: int, folder: Path, unpacked: Lambda, template: Path) -> dict[str, Starts]:
    """Each round starts every function once, so that what else the machine does meets all; the first is not counted,
    as it reads the files for the first time.
    """
    (unpacked.runtime / "bare.py").write_text(BARE, encoding="ascii")
    functions = [BARE_FUNCTION, *packaged(template)]
    found = {function.name: Starts() for function in functions}
    for round_ in range(runs + 1):
        for function in functions:
            start(function, unpacked, folder, found[function.name] if round_ else Starts())
    return found


def ratio(times: Sequence[float], of_bare: Sequence[float]) -> float:
    return statistics.median(times) / statistics.median(of_bare)


def judge(found: Mapping[str, Starts]) -> bool:
    """Print a line for each function. Whether all bounds hold."""
    bare = found[BARE_FUNCTION.name]
    print(f"{'':14} {'clock, ms':>20} {'processor, ms':>20}  MiB  x bare: clock (processor)")
    print(f"{BARE_FUNCTION.name:<14} {bare}")
    held = True
    for name, bounds in BOUNDS.items():
        clock = ratio(found[name].clock, bare.clock)
        processor = ratio(found[name].processor, bare.processor)
        verdict = f"bound {bounds.most}: {'holds' if clock <= bounds.most else 'MISSED'}"
        wished = f"wished for {bounds.wished}: {'reached' if clock <= bounds.wished else 'not reached'}"
        print(f"{name:<14} {found[name]}  {clock:.2f} ({processor:.2f})  {verdict}; {wished}")
        held = held and clock <= bounds.most
    return held


def measure(*, small: bool = False) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        found = starts(SMALL_RUNS if small else RUNS, Path(folder), *unpacked_here(Path(folder)))
    bare = found[BARE_FUNCTION.name]
    rows = []
    for name, bounds in BOUNDS.items():
        own = found[name]
        clock, processor = ratio(own.clock, bare.clock), ratio(own.processor, bare.processor)
        rows += [
            Row(MEASURE, f"{name}, to a bare handler", [clock], Bound(bounds.wished), f"medians of {len(own.clock)}"),
            Row(MEASURE, f"{name}, processor, to a bare handler", [processor]),
            Row(MEASURE, f"{name}, ms", [1000 * seconds for seconds in own.clock]),
        ]
    return [*rows, Row(MEASURE, "ms of the bare handler", [1000 * seconds for seconds in bare.clock])]


def main() -> None:
    parser = argparse.ArgumentParser(description="Cold starts of the packaged functions against a bare handler.")
    parser.add_argument("--runs", type=int, default=RUNS, help=f"starts of each function ({RUNS})")
    runs = parser.parse_args().runs
    if runs < 1:
        parser.error("--runs: at least 1")
    with tempfile.TemporaryDirectory() as folder:
        sys.exit(0 if judge(starts(runs, Path(folder), *unpacked_here(Path(folder)))) else 1)


if __name__ == "__main__":
    main()
