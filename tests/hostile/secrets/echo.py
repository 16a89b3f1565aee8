"""An AWS whose every answer is wrong, and repeats the request and all that it knows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from itertools import cycle

from infra.local.clouds.faults import FaultBook
from infra.local.clouds.inventory import Inventory
from infra.local.clouds.server import Answer, Request


class Echo:
    """In turn a refusal, an answer of another shape and one that is torn."""

    faults: FaultBook
    inventory: Inventory

    def __init__(self, service: Iterable[str], kept: Iterable[str]) -> None:
        """``service`` are the credentials that every call is signed with, ``kept`` what the parameters hold."""
        self.requests: Counter[str] = Counter()
        self._service = " ".join(service)
        self._kept = " ".join(kept)
        self._turns = cycle(("refusal", "another", "torn"))

    def answer(self, request: Request) -> Answer:
        self.requests["any"] += 1
        kept = self._kept if "AmazonSSM" in request.headers.get("x-amz-target", "") else ""
        said = f"{request.headers} {request.body.decode()} {self._service} {kept}"
        turn = next(self._turns)
        if turn == "refusal":
            return Answer.json({"__type": "ValidationException", "message": said}, status=400)
        whole = json.dumps({"Parameter": [said], "said": said})
        return Answer(200, (whole if turn == "another" else whole[:-2]).encode())
