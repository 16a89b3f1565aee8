"""A server on loopback that gives the answers it is told to give, whatever it is asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Answering:
    """``requests`` are the forms that came in. The last answer is given again and again."""

    endpoint: str
    requests: list[dict[str, list[str]]]


def refusal(status: int, code: str, message: str = "as told", **headers: str) -> Answer:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>{code}</Code><Message>{message}'
        "</Message></Error></Errors><RequestID>req-1</RequestID></Response>"
    )
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def vpcs(*ids: str, token: str = "") -> Answer:
    items = "".join(f"<item><vpcId>{one}</vpcId><state>available</state></item>" for one in ids)
    return Answer(
        200,
        '<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">'
        f"<vpcSet>{items}</vpcSet><nextToken>{token}</nextToken></DescribeVpcsResponse>",
    )


@contextmanager
def answering(*answers: Answer) -> Iterator[Answering]:
    waiting = list(answers)
    seen: list[dict[str, list[str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(parse_qs(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode()))
            answer = waiting.pop(0) if len(waiting) > 1 else waiting[0]
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body.encode())

        do_GET = do_POST  # noqa: N815 - the base class looks for this name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield Answering(f"http://127.0.0.1:{server.server_port}", seen)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
