"""What the API side pays for knowing the providers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

SCRIPT = """
import sys
from chalicelib.providers import get_provider
provider = get_provider("aliyun")
assert "ecs" in provider.asset_types
assert frozenset({"access_key_id", "access_key_secret"}) in provider.credential_fields
print([name for name in sys.modules if name.split(".")[0].startswith(("alibabacloud", "Tea", "darabonba", "requests"))])
"""


def test_a_provider_tells_about_itself_without_loading_its_sdk() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
