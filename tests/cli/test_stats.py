"""``cam stats``, from a service that tells them and from one that is older."""

from __future__ import annotations

from typing import Any

from infra.local.clouds.server import Answer, CloudServer, Request
from tests.cli.conftest import Cam, Elsewhere

TIMES = {"count": 7, "mean": 1.5, "p50": 1.0, "p95": 4.25, "p99": 63.0}
STATS: dict[str, Any] = {
    "lanes": [{"lane": "low", "paused": True, "waiting": 1234, "running": 2, "oldest_seconds": 90.0}],
    "tasks": {"pending": 1234, "running": 2, "waiting": 1, "dead_letters": 3},
    "types": [
        {
            "type": "sync_assets",
            "completed": 6,
            "failed": 1,
            "cancelled": 0,
            "retries": 2,
            "lost_workers": 1,
            "duration": TIMES,
            "queue_delay": TIMES | {"p95": None},
        }
    ],
    "workers": {"busy_seconds": 30, "available_seconds": 60, "utilisation": 0.5, "memory_mib": None, "cpu_seconds": 3},
    "clouds": [{"provider": "aliyun", "calls": 50, "throttles": 4}],
    "assets": {"added": 10, "updated": 0, "deleted": 0},
    "since": "2026-11-23T08:00:00Z",
    "until": "2026-11-23T09:00:00Z",
}


class Version(Elsewhere):
    """A service of which only the statistics are asked."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self._answer = answer

    def answer(self, request: Request) -> Answer:
        return self._answer


def asked(answer: Answer, home: dict[str, str], *arguments: str) -> Any:
    with CloudServer(Version(answer)) as server:
        return Cam(home | {"CAM_URL": server.url})("stats", *arguments)


def test_people_are_shown_lanes_types_and_clouds(home: dict[str, str]) -> None:
    ended = asked(Answer.json({"code": 0, "msg": "success", "data": STATS}), home)
    assert ended.status == 0
    for word in ("paused", "1,234", "1m 30s", "4.2s", "1m 3s", "50 %", "aliyun", "2026-11-23 08:00:00Z"):
        assert word in ended.out, word


def test_programs_get_it_as_it_is(home: dict[str, str]) -> None:
    ended = asked(Answer.json({"code": 0, "msg": "success", "data": STATS}), home, "--json", "--minutes", "5")
    assert ended.row == STATS


def test_an_older_service_is_told(home: dict[str, str]) -> None:
    ended = asked(Answer.json({"code": 40400, "msg": "nothing is here", "data": None}, status=404), home)
    assert (ended.status, ended.out) == (1, "")
    assert "too old" in ended.err


def test_whoever_is_no_operator_is_told_where_to_look(home: dict[str, str]) -> None:
    refused = {"code": 40300, "msg": "this is about every tenant: it is for the tenant default", "data": None}
    ended = asked(Answer.json(refused, status=403), home)
    assert (ended.status, ended.out) == (1, "")
    assert "cam dead-letters" in " ".join(ended.err.split())
