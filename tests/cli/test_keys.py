"""A service that asks who calls: signing in, keys, and who did what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from chalicelib.access.roles import Role
from chalicelib.settings import Settings
from chalicelib.tasks.model import Lane
from tests.api.conftest import Service, serving
from tests.cli.conftest import Cam

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


@dataclass(frozen=True)
class Guarded:
    service: Service
    url: str
    home: dict[str, str]

    def key(self, role: Role = Role.ADMIN) -> str:
        keys = self.service.container.keys
        return keys.mint("default", role, f"{role}", lifetime=timedelta(days=1), by="test")[1]

    def cam(self, **environ: str) -> Cam:
        return Cam(self.home | {"CAM_URL": self.url} | environ)


@pytest.fixture
def guarded(
    settings: Settings, sqs: SQSClient, queue_urls: dict[Lane, str], address: str, home: dict[str, str]
) -> Iterator[Guarded]:
    with serving(settings.model_copy(update={"authentication": "keys"}), sqs, queue_urls) as service:
        yield Guarded(service, address, home)


def test_without_a_key_it_says_how_to_sign_in(guarded: Guarded) -> None:
    for ended in (guarded.cam()("tasks"), guarded.cam(CAM_API_KEY="cam_0_wrong")("tasks")):
        assert (ended.status, ended.out) == (1, "")
        assert "cam login" in ended.err
        assert "cam_0_wrong" not in ended.err


def test_the_key_is_typed_unseen_tried_and_kept(guarded: Guarded) -> None:
    cam, key = guarded.cam(), guarded.key(Role.OPERATOR)
    with cam.typed("login", "--url", guarded.url) as terminal:
        terminal.reads("Key:")
        terminal.types(key)
        assert terminal.ends() == 0
    assert key not in terminal.seen
    assert "(operator)" in terminal.seen
    kept = Path(cam.environ["HOME"], ".config", "cam", "profiles.json")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert cam.done("whoami", "--json").row["role"] == "operator"
    assert "operator" in cam.done("whoami").out
    assert key not in cam.done("profiles").out
    refused = cam("accounts", "add", "--provider", "aliyun", "--name", "a", "--credentials", "-", given="{}")
    assert refused.status == 1
    assert "cam whoami" in refused.err


def test_a_key_that_is_no_good_is_not_kept(guarded: Guarded) -> None:
    cam = guarded.cam()
    assert cam("login", "--key-stdin", given="cam_0_wrong\n").status == 1
    assert cam("login", "--key-stdin", given="").status == 2
    assert cam("login").status == 2
    assert cam.done("profiles", "--json").rows == []
    cam.done("login", "--key-stdin", given=f"{guarded.key()}\n")
    assert cam.done("profiles", "--json").row["key"] is True


def test_keys_are_made_listed_and_revoked(guarded: Guarded) -> None:
    cam = guarded.cam(CAM_API_KEY=guarded.key())
    made = cam.done("keys", "add", "--name", "nightly", "--role", "viewer", "--expires-in-days", 7)
    key = made.out.strip()
    assert key not in made.err
    assert len(guarded.cam(CAM_API_KEY=key).done("lanes").out.splitlines()) == 4
    (row,) = [row for row in cam.done("keys", "--json").rows if row["name"] == "nightly"]
    assert "key" not in row
    assert "nightly" in cam.done("keys", "list").out
    assert cam("keys", "revoke", row["id"]).status == 2
    cam.done("keys", "revoke", row["id"], "--yes")
    assert [it["revoked_at"] is None for it in cam.done("keys", "--json").rows if it["id"] == row["id"]] == [False]
    shown = cam.done("keys", "add", "--name", "again", "--role", "viewer", "--json").row
    assert shown["key"].startswith("cam_")


def test_the_audit_tells_who_did_what(guarded: Guarded) -> None:
    cam = guarded.cam(CAM_API_KEY=guarded.key())
    cam.done("lanes", "pause", "low")
    cam.done("lanes", "resume", "low")
    assert {row["lane"]: row["paused"] for row in cam.done("lanes", "--json").rows}["low"] is False
    subject = cam.done("whoami", "--json").row["subject"]
    assert [row["operation"] for row in cam.done("audit", "--json").rows] == ["resume", "pause"]
    assert (
        cam.done("audit", "--subject", subject, "--operation", "pause", "--since", "1h", "--json").row["status"] == 200
    )
    assert "pause" in cam.done("audit", "--limit", 1, "--operation", "pause").out
    assert cam.done("audit", "--until", "2020-01-01").err == "nobody has done anything like that\n"
