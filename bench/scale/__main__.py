"""Writes ``docs/scaling.md``: ``python -m bench.scale``."""

from __future__ import annotations

from bench.scale.page import PAGE, document, simulated


def main() -> None:
    PAGE.write_text(document(simulated()), encoding="utf-8")


if __name__ == "__main__":
    main()
