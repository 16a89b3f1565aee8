"""The service itself from the command line: lanes, clouds, statistics."""

from __future__ import annotations

from tests.api.conftest import Service
from tests.cli.conftest import Cam


def test_lanes_are_paused_and_resumed(cam: Cam, service: Service) -> None:
    assert cam.done("lanes", "pause", "low").out == "low is paused\n"
    assert "paused" in cam.done("lanes").out
    assert {row["lane"]: row["paused"] for row in cam.done("lanes", "list", "--json").rows}["low"]
    assert cam.done("lanes", "resume", "low").out == "low goes on\n"
    assert not [lane for lane in service.get("/lanes").data["lanes"] if lane["paused"]]
    unknown = cam("lanes", "pause", "fast")
    assert (unknown.status, unknown.err) == (1, "cam: no lane 'fast': use one of high, normal, low\n")


def test_clouds_are_listed_with_what_they_take(cam: Cam) -> None:
    assert "access_key_id + access_key_secret" in cam.done("providers").out
    assert {row["provider"] for row in cam.done("providers", "--json").rows} >= {"aliyun", "aws"}


def test_json_is_written_behind_the_command(cam: Cam) -> None:
    ended = cam("lanes", "--json", "pause", "low")
    assert ended.status == 2
    assert "behind the command" in ended.err
