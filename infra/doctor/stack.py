"""Checks of the stack that a stage is deployed as."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.settings import PREFIX, SettingsError, load
from chalicelib.tasks.documents import SKEW
from infra.doctor.checks import Check, Finding
from infra.doctor.deployed import Deployed, Document, MissingError, NotKnownError
from infra.doctor.template import LEAST_RECEIVES
from infra.package.overlay.names import ALIAS, CONSUMERS, DEAD_LETTERS, FUNCTIONS, TOPIC
from infra.package.overlay.queues import VISIBILITY_TIMEOUTS
from infra.package.stage import LEAST_CONCURRENCY

TICK = timedelta(seconds=1)
"""The Date header has no fractions of a second."""
AWS_ADVICE = "set AWS credentials and a region (AWS_PROFILE, AWS_DEFAULT_REGION), and see that AWS can be reached"
NO_STACK_ADVICE = "make deploy, or say --stack NAME; is it the account and the region of the stage?"
NOT_ANSWERED = ("UnknownOperationException", "InvalidAction", "NotImplemented", "404", "501")
"""Codes of an AWS, or of an emulator, that does not have the call."""
UPLOADED = "CodeUri"
"""``aws cloudformation package`` puts the place of the uploaded zip into it."""


def _status(stack: Deployed) -> list[str]:
    well = stack.status.endswith("_COMPLETE") and "ROLLBACK" not in stack.status
    return [] if well else [f"{stack.name} is {stack.status}"]


def _drift(stack: Deployed) -> list[str]:
    there, made = stack.deployed_resources, stack.resources
    return [
        *(f"{name} is not deployed" for name in sorted(made.keys() - there.keys())),
        *(f"{name} is deployed and no longer made" for name in sorted(there.keys() - made.keys())),
        *(
            f"{name}: {', '.join(changed)}"
            for name in sorted(made.keys() & there.keys())
            if (changed := _changed(made[name], there[name]))
        ),
    ]


def _changed(made: Document, there: Document) -> list[str]:
    """The names of attributes and properties that differ: never their values, which may be anybody's."""
    properties = _differing(made.get("Properties", {}), there.get("Properties", {}))
    return sorted((_differing(made, there) - {"Properties"}) | (properties - {UPLOADED}))


def _differing(ours: Document, theirs: Document) -> set[str]:
    return {name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)}


def _code(stack: Deployed) -> list[str]:
    if not stack.zip.exists():
        raise NotKnownError(f"there is no build/{stack.stage.name}/{stack.zip.name}: make package")
    digest = base64.b64encode(hashlib.sha256(stack.zip.read_bytes()).digest()).decode()
    return [name for name, function in stack.functions.items() if function["CodeSha256"] != digest]


def _settings(stack: Deployed) -> list[str]:
    wrong = []
    for name, function in stack.functions.items():
        try:
            load(_variables(function))
        except SettingsError as error:
            wrong.append(f"{name}: {error}")
    return wrong


def _environment(stack: Deployed) -> list[str]:
    wrong = []
    for function in FUNCTIONS:
        there, said = _variables(stack.functions[function.resource]), stack.variables(function)
        said |= {name: there.get(name, "") for name, value in said.items() if value is None}
        if names := sorted(name for name in _differing(there, said) if name.startswith(PREFIX)):
            wrong.append(f"{function.resource}: {', '.join(names)}")
    return wrong


def _variables(function: Document) -> dict[str, str]:
    found: dict[str, str] = function.get("Environment", {}).get("Variables", {})
    return found


def _mappings(stack: Deployed) -> list[str]:
    wrong = []
    for one in stack.triggers:
        if len(one.mappings) != 1:
            wrong.append(f"{one.name}: {len(one.mappings)} mappings of its queue, and 1 is wanted")
        called = stack.physical_of(one.name) + (f":{ALIAS}" if stack.stage.overlay.deployment else "")
        for mapping in one.mappings:
            if mapping["State"] != "Enabled":
                wrong.append(f"{one.name}: {mapping['State']}")
            if not mapping["FunctionArn"].endswith(f":function:{called}"):
                wrong.append(f"{one.name}: its queue calls {mapping['FunctionArn'].partition(':function:')[2]}")
    return wrong


def _visibility(stack: Deployed) -> list[str]:
    return [
        f"{one.name}: {seconds} s, and its function may take {limit} s"
        for one in stack.triggers
        if (seconds := int(one.queue["VisibilityTimeout"]))
        < VISIBILITY_TIMEOUTS * (limit := stack.functions[one.name]["Timeout"])
    ]


def _partial(stack: Deployed) -> list[str]:
    return [
        one.name
        for one in stack.triggers
        for mapping in one.mappings
        if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", ())
    ]


def _concurrency(stack: Deployed) -> list[str]:
    return [
        f"{one.name}: {there or 'not limited'}, and the stage says {one.said.concurrency}"
        for one in stack.triggers
        for mapping in one.mappings
        if (there := int(mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 0))) < LEAST_CONCURRENCY
        or there != one.said.concurrency
    ]


def _batch_size(stack: Deployed) -> list[str]:
    return [
        f"{one.name}: {mapping['BatchSize']}, and the stage says {said}"
        for one in stack.triggers
        for mapping in one.mappings
        if mapping["BatchSize"] != (said := one.said.event["BatchSize"])
    ]


def _redrive(stack: Deployed) -> list[str]:
    letters, said = stack.queue(DEAD_LETTERS)["QueueArn"], stack.stage.overlay.max_receives
    wrong = []
    for one in (trigger for trigger in stack.triggers if trigger.function in CONSUMERS):
        receives = int(one.redrive.get("maxReceiveCount", 0))
        if one.redrive.get("deadLetterTargetArn") != letters:
            wrong.append(f"{one.name}: what its queue gives up does not go to {DEAD_LETTERS}")
        elif receives < LEAST_RECEIVES or receives != said:
            wrong.append(f"{one.name}: {receives}, and the stage says {said}")
    return wrong


def _reserved(stack: Deployed) -> list[str]:
    found = {one.resource: stack.reserved(one) for one in FUNCTIONS}
    return [f"{name}: {reserved}" for name, reserved in found.items() if reserved is not None]


def _recursive(stack: Deployed) -> list[str]:
    found = {one.resource: stack.recursive_loop(one) for one in CONSUMERS}
    return [f"{name}: {loop}" for name, loop in found.items() if loop != "Allow"]


def _alarms(stack: Deployed) -> list[str]:
    topic, there = stack.physical_of(TOPIC), {one["AlarmName"]: one for one in stack.alarms()}
    names = {
        stack.physical_of(name) for name, one in stack.resources.items() if one["Type"] == "AWS::CloudWatch::Alarm"
    }
    silent = {name for name in names & there.keys() if not _heard(there[name], topic)}
    return [
        *(f"{name} is not there" for name in sorted(names - there.keys())),
        *(f"{name} does not tell {TOPIC}" for name in sorted(silent)),
    ]


def _heard(alarm: Document, topic: str) -> bool:
    return bool(alarm["ActionsEnabled"]) and topic in alarm["AlarmActions"]


def _receiver(stack: Deployed) -> list[str]:
    found: list[Any] = [one["SubscriptionArn"] for one in stack.subscriptions(stack.physical_of(TOPIC))]
    if any(one.startswith("arn:") for one in found):
        return []
    return [f"{TOPIC}: of {len(found)} subscriptions none is confirmed"]


def _parameter(stack: Deployed) -> list[str]:
    name = stack.stage.environment.get(f"{PREFIX}MONGODB_URI_PARAMETER")
    if name is None:
        raise NotKnownError("the stage names no parameter")
    found = stack.parameter(name)
    if found is None:
        return [f"there is no {name}"]
    return [] if found["Type"] == "SecureString" else [f"{name} is a {found['Type']}"]


def _skew(stack: Deployed) -> list[str]:
    before = stack.clock()
    theirs = parsedate_to_datetime(stack.date())
    off = max(before - theirs - TICK, theirs - stack.clock(), timedelta())
    return [f"AWS's clock and this one differ by {off.total_seconds():.1f} s"] if off > SKEW else []


RECEIVER = "receiver of alarms"
DEPLOY = "make deploy STAGE=…"

CHECKS: tuple[Check[Deployed], ...] = (
    Check("status", "read the stack's events, mend what they tell, and make deploy", _status),
    Check("template", f"somebody else's deploy, or one that is due: look at the difference, and {DEPLOY}", _drift),
    Check("code", f"make package STAGE=…, and {DEPLOY}; while a deploy shifts traffic the old code is right", _code),
    Check("settings", f"set the stage's variables in .chalice/config.json, and {DEPLOY}", _settings),
    Check("environment", f"these were changed in AWS or in .chalice/config.json: {DEPLOY}", _environment),
    Check("event source mappings", f"enable it, or {DEPLOY}; remove what was made by hand", _mappings),
    Check("visibility timeout", f"make it {VISIBILITY_TIMEOUTS} × the function's time limit, or {DEPLOY}", _visibility),
    Check(
        "partial batch responses",
        "FunctionResponseTypes: [ReportBatchItemFailures], or what failed is deleted",
        _partial,
    ),
    Check(
        "maximum concurrency", f"set lanes.*.max_concurrency ({LEAST_CONCURRENCY} or more), and {DEPLOY}", _concurrency
    ),
    Check("batch size", f"set lanes.*.batch_size, and {DEPLOY}", _batch_size),
    Check("redrive", f"set max_receives ({LEAST_RECEIVES} or more), and {DEPLOY}", _redrive),
    Check("reserved concurrency", "remove it: aws lambda delete-function-concurrency; use max_concurrency", _reserved),
    Check(
        "recursive loop",
        "aws lambda put-function-recursion-config --recursive-loop Allow, or long tasks stop after 16 invocations",
        _recursive,
    ),
    Check("alarms", f"enable their actions, or {DEPLOY}", _alarms),
    Check(RECEIVER, "set alarm_email, or subscribe to the topic; then confirm by the link that is sent", _receiver),
    Check("store's parameter", "aws ssm put-parameter --type SecureString (docs/deployment.md)", _parameter),
    Check("clock skew", "set this machine's clock: AWS refuses requests that are 5 minutes off", _skew),
)


def examine_stack(stack: Deployed, checks: Sequence[Check[Deployed]] = CHECKS) -> list[Finding]:
    """Without an answer of AWS there is one finding. What these credentials may not ask is wrong, too: it was not
    checked, and who relies on the end status has to know.
    """
    try:
        _ = stack.status
    except ClientError as error:
        return [Finding("stack", (f"{stack.name}: {_answer(error)}",), NO_STACK_ADVICE)]
    except BotoCoreError as error:  # its text may repeat what a program for credentials has said
        return [Finding("stack", (f"AWS does not answer: {type(error).__name__}",), AWS_ADVICE)]
    return [Finding("stack", (), ""), *(_examined(stack, check) for check in checks)]


def _examined(stack: Deployed, check: Check[Deployed]) -> Finding:
    name = f"stack: {check.name}"
    try:
        return Finding(name, tuple(check.find(stack)), check.advice)
    except NotKnownError as error:
        return Finding(name, (), check.advice, not_known=str(error))
    except MissingError as error:
        return Finding(name, (str(error),), check.advice)
    except ClientError as error:
        if error.response["Error"]["Code"] in NOT_ANSWERED:
            return Finding(name, (), check.advice, not_known=_answer(error))
        return Finding(name, (f"not checked: {_answer(error)}",), check.advice)
    except BotoCoreError as error:
        return Finding(name, (f"not checked: {type(error).__name__}",), check.advice)


def _answer(error: ClientError) -> str:
    return f"AWS answers {error.response['Error']['Code']} to {error.operation_name}"
