"""Which pages of other origins may call the API: none unless one is set, and then that one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chalicelib.settings import SettingsError, cors_origin

ROOT = Path(__file__).parents[3]
ALLOWED = """
from app import app
configs = [entry.cors for methods in app.routes.values() for entry in methods.values()]
print(sorted({config.allow_origin if config else "none" for config in configs}))
"""


def origins(**environ: str) -> str:
    """What the routes allow, in a process that starts with ``environ``."""
    ran = subprocess.run(
        [sys.executable, "-c", ALLOWED], cwd=ROOT, env=os.environ | environ, capture_output=True, text=True, check=True
    )
    return ran.stdout.strip()


def test_routes_allow_no_other_origin_by_themselves() -> None:
    assert origins() == "['none']"


def test_every_route_allows_the_origin_that_is_set_and_no_other() -> None:
    assert origins(CAM_CORS_ORIGIN="https://console.example.com") == "['https://console.example.com']"


@pytest.mark.parametrize("origin", ["*", "null", "https://*.example.com", "http://example.com", "https://a.com/x"])
def test_what_is_not_one_safe_origin_is_refused(origin: str) -> None:
    with pytest.raises(SettingsError, match="CAM_CORS_ORIGIN"):
        cors_origin({"CAM_CORS_ORIGIN": origin})


@pytest.mark.parametrize("origin", ["https://console.example.com", "http://localhost:8001", "https://a.example:8443"])
def test_an_origin_may_be_set(origin: str) -> None:
    assert cors_origin({"CAM_CORS_ORIGIN": origin}) == origin
    assert cors_origin({"CAM_CORS_ORIGIN": ""}) is None
