"""A Lambda execution environment: one process that serves one invocation of a function at a time."""

from __future__ import annotations

import json
import logging
import signal
import sys
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.local.config import PROJECT
from infra.local.functions import Function
from infra.local.processes import Child
from infra.local.runtime import Ended, Invocation, Raised, Returned, RuntimeApi

INIT_SECONDS = 60
HOST = (sys.executable, "-m", "infra.local.lambda_host")
"""What runs in the process; the handler's name, and what drains it, are given to it."""

logger = logging.getLogger(__name__)


class InvocationError(Exception):
    """The invocation brought no result."""


class HandlerRaised(InvocationError):
    """The handler raised; the environment stays."""


class TimedOut(InvocationError):
    """The handler ran over the function's time limit and was killed."""


class Crashed(InvocationError):
    """The process died, or never came up."""


class Draining(InvocationError):
    """The environment takes no more invocations: nothing was run."""


class FunctionEnvironment:
    """Keeps one process for ``function``; a new one takes the place of one that crashed or was killed.

    ``start`` and ``invoke`` may start the process, which dies with the calling thread: call both from one thread that
    lives as long as the environment. ``drain`` and ``kill`` may be called from any thread.
    """

    def __init__(
        self,
        name: str,
        function: Function,
        *,
        environ: Mapping[str, str],
        log: Path,
        pid_file: Path,
        root: Path = PROJECT,
        host: Sequence[str] = HOST,
    ) -> None:
        self.name = name
        self.function = function
        self._environ = environ
        self._log = log
        self._pid_file = pid_file
        self._root = root
        self._host = host
        self._lock = threading.RLock()  # a signal handler may kill while its thread drains
        self._process: _Process | None = None
        self._busy = False
        self._draining = False

    @property
    def pid(self) -> int | None:
        """The process id; None between two processes."""
        with self._lock:
            return self._process.child.pid if self._process and self._process.child.running else None

    @property
    def busy(self) -> bool:
        with self._lock:
            return self._busy

    def start(self) -> None:
        """Have a process that waits for work. Raises Crashed."""
        self._ready()

    def invoke(self, event: object) -> object:
        """Run the handler on ``event`` and answer its result, both JSON values. Raises an InvocationError."""
        process = self._ready()
        deadline = time.time() + self.function.timeout
        invocation = Invocation(str(uuid.uuid4()), json.dumps(event).encode(), deadline, self.function.arn)
        with self._lock:
            if self._draining:
                raise Draining(self.name)
            self._busy = True
        try:
            outcome = process.api.invoke(invocation)
        finally:
            with self._lock:
                self._busy = False
        match outcome:
            case Returned(body):
                return json.loads(body)
            case Raised(message):
                raise HandlerRaised(message)
            case Ended(why):
                self._discard()
                raise Crashed(why)
            case None:
                self._discard()
                raise TimedOut(f"{self.function.name} ran longer than {self.function.timeout:g} s")

    def drain(self) -> None:
        """Take no more invocations, and make the running one, if any, end soon."""
        with self._lock:
            self._draining = True
            if self._busy and self._process:
                self._process.child.signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process at once, whatever it does."""
        with self._lock:
            if self._process:
                self._process.child.signal(signal.SIGKILL)

    def reclaim(self) -> None:
        """End the process, which idles; the next invocation starts another one."""
        self._discard()

    def close(self) -> None:
        """End the process for good."""
        with self._lock:
            self._draining = True
        self._discard()

    def _ready(self) -> _Process:
        with self._lock:
            if self._draining:
                raise Draining(self.name)
            process = self._process
        if process is not None and process.child.running:
            return process
        self._discard()
        process = _Process(self.name, self.function, self._environ, self._log, self._root, self._host)
        with self._lock:
            self._process = process
        self._pid_file.parent.mkdir(parents=True, exist_ok=True)
        self._pid_file.write_text(f"{process.child.pid}\n")
        if ended := process.api.wait_ready(INIT_SECONDS):
            self._discard()
            raise Crashed(f"{self.name} could not start {self.function.handler}: {ended.why}")
        return process

    def _discard(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            self._pid_file.unlink(missing_ok=True)
            process.end()


class _Process:
    """A process with the runtime API that it talks to, and a thread that notices its death."""

    def __init__(
        self, name: str, function: Function, environ: Mapping[str, str], log: Path, root: Path, host: Sequence[str]
    ) -> None:
        self.api = RuntimeApi()
        command = [*host, function.handler]
        self.child = Child(
            name,
            [*command, function.drain] if function.drain else command,
            log=log,
            cwd=PROJECT,
            env={**environ, **_lambda_variables(function, name, root), "AWS_LAMBDA_RUNTIME_API": self.api.address},
        )
        self._watch = threading.Thread(target=self._await_death, name=f"{name}-watch", daemon=True)
        self._watch.start()

    def end(self) -> None:
        self.child.kill()
        self._watch.join()
        self.api.close()

    def _await_death(self) -> None:
        status = self.child.wait()
        self.api.process_ended(f"exit status {status}" if status >= 0 else f"killed by {signal.Signals(-status).name}")


def _lambda_variables(function: Function, name: str, root: Path) -> dict[str, str]:
    """What Lambda itself sets for the function."""
    return {
        "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_LOG_STREAM_NAME": name,
        "LAMBDA_TASK_ROOT": str(root),
        "_HANDLER": function.handler,
        "TZ": ":UTC",
    }
