"""``make doctor``: examine a stage's template and its store. Ends with 1 when something is wrong."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pymongo.errors import PyMongoError

from chalicelib.clock import utc_now
from chalicelib.container import Container
from chalicelib.errors import Unavailable
from chalicelib.mongodb import connect
from chalicelib.settings import SettingsError, load
from infra.doctor import store, template
from infra.doctor.checks import Finding, examine
from infra.package.environment import environment_of
from infra.package.errors import PackageError
from infra.package.overlay.names import API
from infra.package.stage import Stage
from infra.package.stage import load as load_stage
from infra.package.template import make


def build_template(stage: Stage) -> dict[str, Any]:
    """The resources. Raises PackageError."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "template.json"
        make(stage, target)
        resources: dict[str, Any] = json.loads(target.read_text())["Resources"]
        return resources


def environments(stage: Stage, resources: Mapping[str, Any]) -> int:
    """How many may be there at once: a burst of requests, every consumer that may run, one of each other function."""
    consumers = {one.name: one.concurrency for one in template.mapped(resources)}
    others = template.functions(resources).keys() - consumers.keys() - {API.resource}
    return stage.overlay.request_burst + sum(consumers.values()) + len(others)


def examine_store(
    stage: Stage, resources: Mapping[str, Any], environ: Mapping[str, str], limit: int | None = None
) -> list[Finding]:
    try:
        settings = load(environment_of(stage.name, environ))
        with connect(Container(settings).mongodb_uri(), settings) as client:
            database = client[settings.mongodb_database]
            client.admin.command("ping")
            subject = store.Store(database, environments(stage, resources), settings.mongodb_pool_size, utc_now, limit)
            return [Finding("store", (), ""), *examine(subject, store.CHECKS)]
    except (SettingsError, Unavailable) as error:
        return [Finding("store", (str(error),), store.UNREACHABLE_ADVICE)]
    except PyMongoError as error:  # its text may repeat a part of the address
        return [Finding("store", (f"it does not answer: {type(error).__name__}",), store.UNREACHABLE_ADVICE)]


def show(findings: Sequence[Finding]) -> str:
    lines = []
    for one in findings:
        lines.append(f"{'WRONG' if one.wrong else 'ok':<6}{one.check}")
        lines += [f"      {line}" for line in one.wrong]
        if one.wrong:
            lines.append(f"      → {one.advice}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.doctor", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("--json", action="store_true", help="for programs: a list of objects")
    parser.add_argument("--allow-no-receiver", action="store_true", help="somebody else subscribes to the alarms")
    parser.add_argument("--connections", type=int, help="how many the store takes, if it does not tell")
    given = parser.parse_args(arguments)
    try:
        stage = load_stage(given.stage)
        resources = build_template(stage)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 2
    checks = [one for one in template.CHECKS if not (given.allow_no_receiver and one.name == "receiver of alarms")]
    findings = examine(resources, checks)
    findings += examine_store(stage, resources, os.environ if environ is None else environ, given.connections)
    print(json.dumps([asdict(one) for one in findings], indent=1) if given.json else show(findings))
    return int(any(one.wrong for one in findings))


if __name__ == "__main__":
    sys.exit(main())
