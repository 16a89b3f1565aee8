"""Counts, and writes ``docs/cost.md``: ``python -m infra.cost``."""

from __future__ import annotations

from infra.cost.bill import queue_requests
from infra.cost.embedded import counted
from infra.cost.page import PAGE, document


def main() -> None:
    found = counted()
    PAGE.write_text(document(found), encoding="utf-8")
    print(f"SQS requests for a task: {sum(queue_requests(found).values()):g}; written: {PAGE.name}")


if __name__ == "__main__":
    main()
