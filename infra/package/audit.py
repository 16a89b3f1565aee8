"""``make audit``: known vulnerabilities of what ships, by pip-audit.

The advisories are those of OSV, or else of the package index. Where neither can be had, that is said, and is a failure:
nothing was checked then. A pipeline that may be cut off from both says so by ``--unreachable-passes``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from infra.package.errors import PackageError
from infra.package.pins import pinned
from infra.package.places import PINS, PROJECT

SERVICES = ("osv", "pypi")
SECONDS = 120


class NotCheckedError(PackageError):
    """The advisories cannot be had."""


Ask = Callable[[str], str]
"""Answers pip-audit's report from a service, or nothing when it cannot."""


def asked(service: str) -> str:
    options = ["--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    command = [sys.executable, "-m", "pip_audit", "-r", str(PROJECT / PINS), "-s", service, *options]
    try:
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return ""
    return ran.stdout


def audit(ask: Ask = asked) -> str:
    """What was checked. Raises PackageError naming each vulnerability, or for packages that could not be checked."""
    wanted = set(pinned())
    for service in SERVICES:
        checked = [one for one in _dependencies(ask(service)) if "vulns" in one]
        if found := [f"{one['name']} {one['version']}: {_told(one)}" for one in checked if one["vulns"]]:
            raise PackageError("known vulnerabilities in what ships:\n" + "\n".join(found))
        if {one["name"] for one in checked} == wanted:
            return f"{len(checked)} packages of {PINS}: no known vulnerability ({service})"
    raise NotCheckedError("NOT CHECKED: the advisories of OSV and of the package index cannot be reached from here")


def _dependencies(report: str) -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return []
    return found


def _told(one: dict[str, Any]) -> str:
    return ", ".join(f"{vuln['id']} (fixed in {', '.join(vuln['fix_versions']) or 'none'})" for vuln in one["vulns"])


def main(arguments: Sequence[str], ask: Ask = asked) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.package.audit", description="Known vulnerabilities.")
    parser.add_argument("--unreachable-passes", action="store_true", help="say that nothing was checked, and pass")
    passes = parser.parse_args(arguments).unreachable_passes
    try:
        print(audit(ask))
    except NotCheckedError as error:
        print(error, file=sys.stderr)
        return 0 if passes else 1
    except PackageError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
