"""The CloudFormation template: what Chalice makes of the app, with the overlay merged into it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from infra.package.errors import PackageError
from infra.package.overlay import deployments, overlay
from infra.package.places import PROJECT
from infra.package.stage import Stage
from infra.package.tree import copy_service

SETTINGS = ".chalice"
PROFILE = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
"""Chalice looks for it, though packaging asks nothing of AWS, and without it makes nothing."""
CHALICE = [sys.executable, "-c", "from chalice.cli import main; main()"]


def make(stage: Stage, target: Path) -> None:
    """Write the template of ``stage``. Raises PackageError."""
    with tempfile.TemporaryDirectory() as directory:
        template = _chalice_package(stage, Path(directory))
    stubs = [name for name, resource in template["Resources"].items() if "Type" not in resource]
    if stubs:
        raise PackageError(f"the overlay names what Chalice does not make: {', '.join(stubs)}")
    if stage.overlay.deployment:
        deployments.call_aliases(template)
    target.write_text(json.dumps(template, indent=1, sort_keys=True) + "\n")


def _chalice_package(stage: Stage, directory: Path) -> dict[str, Any]:
    """Run Chalice on the service alone: its own zip is thrown away, as it is not reproducible."""
    project, merged, out = directory / "project", directory / "overlay.json", directory / "out"
    copy_service(project)
    (project / "requirements.txt").touch()
    shutil.copytree(PROJECT / SETTINGS, project / SETTINGS)
    config = json.loads((project / SETTINGS / "config.json").read_text())
    config["stages"][stage.name]["lambda_architecture"] = stage.arch
    (project / SETTINGS / "config.json").write_text(json.dumps(config))
    merged.write_text(json.dumps(overlay(stage)))
    without_profile = {name: value for name, value in os.environ.items() if name not in PROFILE}
    ran = subprocess.run(
        [*CHALICE, "package", "--stage", stage.name, "--merge-template", str(merged), str(out)],
        cwd=project,
        env={**without_profile, "AWS_DEFAULT_REGION": "us-east-1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        raise PackageError(f"chalice package failed:\n{ran.stdout}{ran.stderr}")
    template: dict[str, Any] = json.loads((out / "sam.json").read_text())
    return template
