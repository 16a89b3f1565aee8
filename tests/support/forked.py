"""``cam`` as a process that is forked from one which has imported it: all that a started one is, without the half
second of processor time that the imports take.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from camcli.main import main

STREAMS = {"in": os.O_RDONLY, "out": os.O_WRONLY | os.O_CREAT, "err": os.O_WRONLY | os.O_CREAT}
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__, "httpx", "typer._adapters", "rich.progress", "rich.table"])


def cam(
    arguments: Sequence[str], *, given: str, environ: Mapping[str, str], folder: Path, within: float
) -> tuple[int, str, str]:
    """Run it in ``folder`` with ``given`` as its stdin; answers its exit status and what it wrote to stdout and stderr.

    Raises TimeoutError when it has not ended ``within`` seconds; it is killed.
    """
    with TemporaryDirectory() as name:
        streams = Path(name)
        (streams / "in").write_text(given, encoding="utf-8")
        process = _forks.Process(target=_run, args=(arguments, streams, dict(environ), folder))
        process.start()
        process.join(within)
        status = process.exitcode
        if status is None:
            process.kill()
            process.join()
        out, err = ((streams / name).read_text(encoding="utf-8") for name in ("out", "err"))
    if status is None:
        raise TimeoutError(f"cam {' '.join(arguments)} has not ended; it wrote {out!r} and {err!r}")
    return status, out, err


def _run(arguments: Sequence[str], streams: Path, environ: Mapping[str, str], folder: Path) -> None:
    for descriptor, (name, flags) in enumerate(STREAMS.items()):
        opened = os.open(streams / name, flags, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  for the life of the process
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    os.chdir(folder)
    sys.argv = ["cam", *arguments]
    main()
