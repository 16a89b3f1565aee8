"""How many queries the service has, and how many of them nobody answers for."""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
from pathlib import Path

from bench.queries.page import unexplained
from bench.queries.recording import Recording, own_database, record
from bench.rows import Bound, Row
from chalicelib.logs import logger
from infra.local import mongodb

MEASURE = "queries"


def recorded(uri: str) -> Recording:
    """Without the lines that the service logs meanwhile: what is driven is cancelled and fails on purpose."""
    handler = logger.registered_handler
    before = handler.level
    handler.setLevel(logging.CRITICAL)
    try:
        with own_database(uri) as settings, contextlib.redirect_stdout(io.StringIO()):
            return record(settings)
    finally:
        handler.setLevel(before)


def on_embedded() -> Recording:
    with tempfile.TemporaryDirectory() as folder:
        server, uri = mongodb.start(Path(folder))
        try:
            return recorded(uri)
        finally:
            server.stop()


def measure(*, small: bool = False) -> list[Row]:
    """The same in small: it takes seconds."""
    recording = on_embedded()
    clean = sum(not asked.flaws for asked in recording.asked)
    return [
        Row(MEASURE, "shapes of queries", [len(recording.asked)]),
        Row(MEASURE, "of them by an index, bounded, unsorted, nothing left out", [clean]),
        Row(MEASURE, "reasons missing of the others", [len(unexplained(recording))], Bound(0)),
    ]
