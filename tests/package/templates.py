"""Looking through templates."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

CFN_LINT = Path(sys.executable).with_name("cfn-lint")
REGIONS = ("us-east-1", "eu-central-1", "ap-southeast-1")


def of_type(resources: dict[str, Any], kind: str) -> dict[str, Any]:
    """The properties of all resources of a kind, by name; there is at least one."""
    found = {name: one["Properties"] for name, one in resources.items() if one.get("Type") == f"AWS::{kind}"}
    assert found, f"there is no {kind}"
    return found


def lint(path: Path) -> str:
    """What cfn-lint says; nothing is suppressed. It knows the template's functions as SAM transforms them."""
    command = [str(CFN_LINT), "--include-checks", "I", "--regions", *REGIONS, "--template", str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0 or ran.stdout, ran.stderr
    return ran.stdout
