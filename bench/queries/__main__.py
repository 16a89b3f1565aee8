"""Writes ``docs/queries.md``: ``python -m bench.queries``. With ``--uri`` prints it as another MongoDB explains it."""

from __future__ import annotations

import argparse

from bench.queries.measure import on_embedded, recorded
from bench.queries.page import PAGE, document


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.queries", description=__doc__)
    parser.add_argument("--uri", help="a MongoDB to play on, in a database of its own")
    uri = parser.parse_args().uri
    if uri:
        print(document(recorded(uri)))
    else:
        PAGE.write_text(document(on_embedded()), encoding="utf-8")


if __name__ == "__main__":
    main()
