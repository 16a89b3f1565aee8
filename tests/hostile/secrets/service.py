"""The service as it is deployed: its functions in processes of their own, whose output is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from infra.local.function import FunctionEnvironment, HandlerRaised
from infra.local.functions import Function
from tests.support.canary import mark

TOKEN = mark("token of a caller")
PREFIX = "/api/v1/cam"
_ACCOUNT = re.compile(r"(?<=/accounts/)\d+")
CONSUMER = "chalicelib.events.consumers.consume_normal"


class Service:
    """``environ`` is what its functions are given; ``folder`` is where their output goes. Ends them when left."""

    def __init__(self, environ: Mapping[str, str], folder: Path, *, consumer: str = CONSUMER) -> None:
        self._ending = ExitStack()
        self._folder = folder
        self.api = self._function("api", "app.app", environ)
        self.worker = self._function("worker", consumer, environ)
        self.recoverer = self._function("recoverer", "chalicelib.events.schedules.recover", environ)
        self.answers: list[str] = []

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def _function(self, name: str, handler: str, environ: Mapping[str, str]) -> FunctionEnvironment:
        log, pid = self._folder / f"{name}.log", self._folder / f"{name}.pid"
        made = FunctionEnvironment(name, Function(name, handler, timeout=60), environ=environ, log=log, pid_file=pid)
        return self._ending.enter_context(closing(made))

    def ask(self, method: str, path: str, body: str | Mapping[str, Any] | None = None, **query: str) -> dict[str, Any]:
        """The answer's body, or nothing. Every answer is kept as text."""
        resource, account = _ACCOUNT.sub("{account_id}", path), _ACCOUNT.search(path)
        event = {
            "resource": PREFIX + resource,
            "path": PREFIX + path,
            "httpMethod": method,
            "headers": {"content-type": "application/json", "authorization": f"Bearer {TOKEN}"},
            "multiValueHeaders": {"content-type": ["application/json"], "authorization": [f"Bearer {TOKEN}"]},
            "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
            "pathParameters": {"account_id": account[0]} if account else None,
            "stageVariables": None,
            "requestContext": {"resourcePath": PREFIX + resource, "httpMethod": method, "requestId": "r"},
            "body": body if isinstance(body, str) or body is None else json.dumps(body),
            "isBase64Encoded": False,
        }
        answer = self._kept(lambda: self.api.invoke(event))
        told: dict[str, Any] = json.loads(answer["body"]) if answer else {}
        return told

    def work(self, *task_ids: str) -> None:
        """As if the queue had handed out a message of each task."""
        bodies = {task_id: json.dumps({"v": 1, "task_id": task_id, "lane": "normal"}) for task_id in task_ids}
        records = [{"messageId": task_id, "receiptHandle": "r", "body": body} for task_id, body in bodies.items()]
        self._kept(lambda: self.worker.invoke({"Records": records}))

    def recover(self) -> None:
        event = {"version": "0", "id": "i", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
        rest = {"account": "1", "time": "2026-01-01T00:00:00Z", "region": "us-east-1", "resources": []}
        self._kept(lambda: self.recoverer.invoke(event | rest))

    def _kept(self, invoke: Callable[[], object]) -> dict[str, Any]:
        """Empty where the function raised: what it said then is kept, too."""
        try:
            answer = invoke()
        except HandlerRaised as error:
            self.answers.append(str(error))
            return {}
        self.answers.append(json.dumps(answer, ensure_ascii=False))
        assert isinstance(answer, dict)
        return answer

    def output(self) -> Mapping[str, str]:
        """What every process wrote to standard output and error."""
        return {log.name: log.read_text() for log in self._folder.glob("*.log")}
