"""Submits tasks to one contestant and counts the results: ``python -m bench.peers.driver MODULE``.

Reads ``submit COUNT``, ``done`` and ``reset`` line by line and answers each with a number.
"""

from __future__ import annotations

import importlib
import sys


def main(module: str) -> None:
    answers, sys.stdout = sys.stdout, sys.stderr  # what an app logs is no answer
    app = importlib.import_module(module)
    print(0, file=answers, flush=True)
    for line in sys.stdin:
        order, *count = line.split()
        print(getattr(app, order)(*map(int, count)) or 0, file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
