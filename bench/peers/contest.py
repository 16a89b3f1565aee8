"""Everybody's turn, round by round, and what comes of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.peers.contestants import CELERY_REDIS, CONTESTANTS, OURS, SUBSTRATE_PEER
from bench.peers.servers import redis_server
from bench.peers.turn import Measured, TurnFailed, take
from bench.rows import Bound, Row
from bench.substrate import environment, substrate
from infra.local import emulator
from infra.local.config import PROJECT, Config

if TYPE_CHECKING:
    from types_boto3_sqs.literals import QueueAttributeNameType

PEERS_PYTHON = PROJECT / ".local" / "peers-venv" / "bin" / "python"
CELERY_QUEUE = "bench-celery"
VISIBILITY_SECONDS = "600"
MEASURE = "peers"
RATE_BOUND = Bound(8, least=True)
CPU_BOUND = Bound(0.3)
REDIS_CPU_BOUND = Bound(1)
PEERS_TRIES = 4
"""Celery on SQS was seen to stop asking for messages after the first ten."""

Rounds = Mapping[str, Sequence[Measured]]


class PeersMissing(Exception):
    """There is nothing to compare with."""


def hold(*, tasks: int, rounds: int, python: Path = PEERS_PYTHON, only: Sequence[str] = ()) -> Rounds:
    """The figures of each contestant, round by round; the order turns, so that none is always the first. ``only`` picks
    contestants whose names begin so. Raises PeersMissing and TurnFailed.
    """
    if not python.exists():
        raise PeersMissing(f"the peers are not installed: run `make bench`, or give --python ({python})")
    found: dict[str, list[Measured]] = {}
    with substrate() as config, redis_server(config.local_dir / "redis") as redis:
        if redis is None:
            print("no redis-server here: rows of Redis are left out (apt-get install redis-server)", file=sys.stderr)
        entered = [
            contestant
            for contestant in CONTESTANTS
            if (redis or not contestant.redis) and (not only or contestant.name.startswith(tuple(only)))
        ]
        environ = _environ(config, redis)
        for number in range(rounds):
            turn = number % len(entered)
            for contestant in (*entered[turn:], *entered[:turn]):
                interpreter = Path(sys.executable) if contestant.name == OURS else python
                turn_of = partial(take, contestant, tasks, python=interpreter, environ=environ, folder=config.local_dir)
                measured = _taken(turn_of, tries=1 if contestant.name == OURS else PEERS_TRIES)
                found.setdefault(contestant.name, []).append(measured)
    return found


def _taken(take_turn: Callable[[], Measured], *, tries: int) -> Measured:
    for _ in range(tries - 1):
        try:
            return take_turn()
        except TurnFailed as error:
            print(f"{error}: its turn again", file=sys.stderr)
    return take_turn()


def rows(found: Rounds) -> list[Row]:
    """The ratios that have bounds; each is of one round. Those of a contestant that took no part are left out."""
    ours = found.get(OURS)
    if ours is None:
        return []
    pairs = {
        name: list(zip(ours, found[name], strict=True)) for name in (SUBSTRATE_PEER, CELERY_REDIS) if name in found
    }
    made = []
    if same := pairs.get(SUBSTRATE_PEER):
        rates = [mine.rate / theirs.rate for mine, theirs in same]
        made.append(Row(MEASURE, f"rate, to {SUBSTRATE_PEER}", rates, RATE_BOUND))
        cpu = [mine.worker_cpu / theirs.worker_cpu for mine, theirs in same]
        made.append(Row(MEASURE, f"worker CPU, to {SUBSTRATE_PEER}", cpu, CPU_BOUND))
    if redis := pairs.get(CELERY_REDIS):
        cpu = [mine.worker_cpu / theirs.worker_cpu for mine, theirs in redis]
        made.append(Row(MEASURE, f"worker CPU, to {CELERY_REDIS}", cpu, REDIS_CPU_BOUND))
    return made


def plain_rows(found: Rounds) -> list[Row]:
    """Each contestant's own figures, which have no bound: they depend on the machine."""
    made = []
    settings = {contestant.name: contestant.settings for contestant in CONTESTANTS}
    for name, measured in found.items():
        made.append(Row(MEASURE, f"{name}: tasks/s", [one.rate for one in measured], note=settings[name]))
        made.append(Row(MEASURE, f"{name}: worker CPU s per 1,000", [one.worker_cpu for one in measured]))
        if polled := [one.poller_cpu for one in measured if one.poller_cpu is not None]:
            made.append(
                Row(MEASURE, f"{name}: poller CPU s per 1,000", polled, note="Lambda's part, not counted above")
            )
    return made


def measure(*, small: bool = False) -> list[Row]:
    found = hold(tasks=300 if small else 2000, rounds=3)
    return [*rows(found), *plain_rows(found)]


def _environ(config: Config, redis: str | None) -> dict[str, str]:
    """What workers and drivers find in their environment."""
    sqs = emulator.sqs_client(config.emulator_url)
    attributes: dict[QueueAttributeNameType, str] = {"VisibilityTimeout": VISIBILITY_SECONDS}
    queue = sqs.create_queue(QueueName=CELERY_QUEUE, Attributes=attributes)["QueueUrl"]
    sqs.close()
    variables = environment(config)
    return {
        "PATH": "/usr/bin:/bin",
        **variables,
        "BENCH_SQS": config.emulator_url,
        "BENCH_CELERY_QUEUE": queue,
        "BENCH_MONGODB": variables["CAM_MONGODB_URI"],
        **({"BENCH_REDIS": redis} if redis else {}),
    }
