"""``python -m bench.peers [--tasks 2000] [--rounds 3] [--only NAME]``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from bench.peers.contest import PEERS_PYTHON, PeersMissing, hold, plain_rows, rows
from bench.peers.turn import TurnFailed
from bench.rows import table
from chalicelib.logs import logger


def main() -> None:
    parser = argparse.ArgumentParser(description="This service beside other task queues, on no-op tasks")
    parser.add_argument("--tasks", type=int, default=2000, help="of a round; slow contestants get a share (2000)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", default=[], help="contestants whose names begin so; may be repeated")
    parser.add_argument("--python", type=Path, default=PEERS_PYTHON, help="interpreter that has the peers installed")
    asked = parser.parse_args()
    logger.setLevel("ERROR")
    try:
        found = hold(tasks=asked.tasks, rounds=asked.rounds, python=asked.python, only=asked.only)
    except (PeersMissing, TurnFailed) as error:
        sys.exit(str(error))
    print(table([*rows(found), *plain_rows(found)]))


if __name__ == "__main__":
    main()
