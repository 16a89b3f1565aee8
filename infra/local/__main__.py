"""``make run``: the one-machine stack in the foreground, until Ctrl-C."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from pathlib import Path
from types import FrameType

from infra.local.config import Config, ConfigError, load
from infra.local.event_source import StartFailed
from infra.local.ports import TakenError
from infra.local.processes import StartError
from infra.local.seed import SeedFailed, demo_accounts
from infra.local.stack import Stack

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopping:
    """The first signal asks for an orderly end, the second one ends everything at once."""

    def __init__(self, stack: Stack) -> None:
        self.asked = threading.Event()
        self._stack = stack
        self._starting = True
        for number in STOP_SIGNALS:
            signal.signal(number, self._take)

    def started(self) -> None:
        self._starting = False

    def _take(self, number: int, _: FrameType | None) -> None:
        if self.asked.is_set():
            self._stack.kill()
            os._exit(128 + number)
        self.asked.set()
        if self._starting:
            raise KeyboardInterrupt


def say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    begun = time.monotonic()
    try:
        config = load(os.environ)
        _log_to(config.local_dir / "logs")
        stack = Stack(config, say=say)
        stopping = Stopping(stack)
        say("starting …")
        with stack:
            stopping.started()
            _greet(stack, time.monotonic() - begun)
            stopping.asked.wait()
            say("\nstopping: running tasks finish or are handed back (Ctrl-C again to stop at once) …")
        say("stopped: nothing is left running")
    except KeyboardInterrupt:
        say("stopped before it was up")
        return 130
    except (ConfigError, TakenError) as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1
    except (StartError, StartFailed, SeedFailed) as error:
        print(f"cannot start: {error}\nlogs are in {config.local_dir / 'logs'}", file=sys.stderr)
        return 1
    return 0


def _log_to(folder: Path) -> None:
    """The stack's own log; those of its processes lie beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=folder / "stack.log", level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _greet(stack: Stack, took: float) -> None:
    config = stack.config
    say(f"\ncam-tasks is ready at {stack.url} ({took:.1f} s). Ctrl-C stops it.\n")
    for it in stack.processes():
        say(f"  {it.name:<14} pid {it.pid or '-':<8} {it.address or '-':<16} {it.what}")
    say(f"\n  {admittance(config)}")
    for line in credentials(config):
        say(f"  {line}")
    say(f"\n  data and logs: {_short(config.local_dir)}")
    say(f"\nLook at {config.url}/console, read {config.url}/docs, or try:\n")
    for command in examples(config):
        say(f"  {command}")
    say("")


def admittance(config: Config) -> str:
    """Who gets in, in one line."""
    if config.authentication == "off":
        return (
            "authentication is off: whoever reaches this machine's loopback is an admin (CAM_AUTHENTICATION=keys asks)"
        )
    mint = f"make -s key STAGE=local MONGODB_PORT={config.ports['mongodb']} ROLE=admin NAME=me"
    return f"authentication is on ({config.authentication}): KEY=$({mint})"


def credentials(config: Config) -> tuple[str, ...]:
    """What the demo clouds take of whoever adds an account: they are fakes, and so are their secrets."""
    accounts = demo_accounts(config)
    rows = [f"  {it.provider:<9}{it.endpoint:<24}{'  '.join(it.credentials.values())}" for it in accounts]
    return ("", "to add an account of a demo cloud: its endpoint, access key id and secret", *rows) if rows else ()


def examples(config: Config) -> tuple[str, ...]:
    """Three commands that work as they are, but for the id that the first one answers."""
    base = f"{config.url}/api/v1/cam"
    key = "" if config.authentication == "off" else ' -H "Authorization: Bearer $KEY"'
    submit = '{"provider": "aliyun", "asset_types": ["ecs"]}'
    return (
        f"curl -X POST {base}/tasks/sync-assets{key} -H \"Content-Type: application/json\" -d '{submit}'",
        f"curl {base}/tasks/<task_id>{key}",
        f"curl '{base}/assets?provider=aliyun&type=ecs&limit=3'{key}",
    )


def _short(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
