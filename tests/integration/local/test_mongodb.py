"""The embedded store as the one-machine stack starts it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from infra.local import mongodb


def test_the_store_reads_what_it_is_told_and_nothing_that_lies_about(tmp_path: Path) -> None:
    """Its sweeps for expired documents hold everything up: once a minute, as by itself, is too often."""
    log = tmp_path / "log"
    server, _ = mongodb.start(tmp_path / "data", log=log)
    server.stop()
    assert "loaded config from secantusd.toml" in log.read_text(encoding="utf-8")
    told = tomllib.loads((tmp_path / "data" / "home" / "secantusd.toml").read_text(encoding="ascii"))
    assert told == {"storage": {"ttl_sweep_seconds": mongodb.SWEEP_SECONDS}}
