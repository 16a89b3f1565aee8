"""``make doctor``: examine a stage's template, its store and its stack. Ends with 1 when something is wrong."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError
from pymongo.errors import PyMongoError

from chalicelib.clock import utc_now
from chalicelib.container import Container
from chalicelib.errors import Unavailable
from chalicelib.mongodb import connect
from chalicelib.settings import PREFIX, SettingsError, load
from infra.doctor import stack, store, template
from infra.doctor.checks import Finding, examine
from infra.doctor.deployed import Deployed, clients
from infra.package.environment import environment_of
from infra.package.errors import PackageError
from infra.package.overlay.names import API, AUTHORIZE, CONSUMERS
from infra.package.places import BUILD, Output
from infra.package.stage import Stage
from infra.package.stage import load as load_stage
from infra.package.template import make

REQUEST_SECONDS = 1
"""What a request takes at most while the store is well. The gateway lets ``request_burst`` in at once, and
``requests_per_second`` more in every second that they take.
"""


def build_template(stage: Stage) -> dict[str, Any]:
    """The resources. Raises PackageError."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "template.json"
        make(stage, target)
        resources: dict[str, Any] = json.loads(target.read_text())["Resources"]
        return resources


def environments(stage: Stage, resources: Mapping[str, Any]) -> store.Environments:
    """How many may be there at once. Each request that is under way has one of the API's; it had one of the authorizer,
    which keeps its connection, unless the gateway remembered the answer.
    """
    lanes = {one.resource for one in CONSUMERS}
    most = {one.name: one.concurrency for one in template.mapped(resources)}
    requests = stage.overlay.request_burst + stage.overlay.requests_per_second * REQUEST_SECONDS
    asked = {API.resource: requests, AUTHORIZE.resource: requests}
    others = sum((most | asked).get(name, 1) for name in template.functions(resources).keys() - lanes)
    return store.Environments(sum(most[name] for name in lanes), others)


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
    except BotoCoreError as error:
        return [Finding("store", (f"AWS does not answer: {type(error).__name__}",), stack.AWS_ADVICE)]
    except PyMongoError as error:  # its text may repeat a part of the address
        return [Finding("store", (f"it does not answer: {type(error).__name__}",), store.UNREACHABLE_ADVICE)]


def examine_stack(
    stage: Stage, name: str, resources: Mapping[str, Any], environ: Mapping[str, str], skipped: Collection[str]
) -> list[Finding]:
    endpoint = environ.get(f"{PREFIX}AWS_ENDPOINT_URL") or None
    built = Output(BUILD / stage.name).zip
    subject = Deployed(stage, name, resources, built, clients(endpoint), utc_now)
    return stack.examine_stack(subject, [one for one in stack.CHECKS if one.name not in skipped])


def show(findings: Sequence[Finding]) -> str:
    lines = []
    for one in findings:
        lines.append(f"{'WRONG' if one.wrong else '?' if one.not_known else 'ok':<6}{one.check}")
        lines += [f"      {line}" for line in one.wrong]
        lines += [f"      not known: {one.not_known}"] if one.not_known else []
        if one.wrong:
            lines.append(f"      → {one.advice}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None, environ: Mapping[str, str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.doctor", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("--json", action="store_true", help="for programs: a list of objects")
    parser.add_argument("--allow-no-receiver", action="store_true", help="somebody else subscribes to the alarms")
    parser.add_argument("--connections", type=int, help="how many the store takes, if it does not tell")
    parser.add_argument("--arch", help="that the stage is deployed for, if not the configured one")
    parser.add_argument(
        "--stack", nargs="?", const="", metavar="NAME", help="examine what is deployed, too (cam-tasks-STAGE)"
    )
    given = parser.parse_args(arguments)
    around = os.environ if environ is None else environ
    try:
        stage = load_stage(given.stage, given.arch)
        resources = build_template(stage)
    except PackageError as error:
        print(error, file=sys.stderr)
        return 2
    unheard = {stack.RECEIVER} if given.allow_no_receiver else set()
    asked_of_stack = set() if given.stack is None else {stack.RECEIVER}  # who subscribed by hand is not in the template
    checks = [one for one in template.CHECKS if one.name not in unheard | asked_of_stack]
    findings = examine(resources, checks)
    findings += examine_store(stage, resources, around, given.connections)
    if given.stack is not None:
        findings += examine_stack(stage, given.stack or f"cam-tasks-{stage.name}", resources, around, unheard)
    print(json.dumps([asdict(one) for one in findings], indent=1) if given.json else show(findings))
    return int(any(one.wrong for one in findings))


if __name__ == "__main__":
    sys.exit(main())
