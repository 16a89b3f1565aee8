"""X-Ray traces, in which a task's id is found at each of its places: the request, every run, and what is sent on.

The X-Ray SDK is loaded by the first invocation that is to be traced, and by no other: one that Lambda does not sample,
and one where nobody takes traces, costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Tracer

SERVICE = "cam-tasks"
_parent: ContextVar[str | None] = ContextVar("parent", default=None)


class Traces:
    """``header`` answers what Lambda says of the invocation that runs, ``Root=…;Parent=…;Sampled=1``; None where it
    says nothing.
    """

    def __init__(self, header: Callable[[], str | None]) -> None:
        self._header = header

    def header(self) -> str | None:
        """What is to be sent along with a message, for whoever receives it to go on from the piece that sent it."""
        header, parent = self._header(), _parent.get()
        if not header or parent is None:
            return header
        return ";".join(f"Parent={parent}" if part.startswith("Parent=") else part for part in header.split(";"))

    @contextmanager
    def piece(self, name: str, **annotations: str) -> Iterator[None]:
        """A part of the running invocation, which can be searched for by its ``annotations``."""
        header = self._header()
        if not header or "Sampled=1" not in header.split(";"):
            yield
            return
        with self._tracer.provider.in_subsegment(name=name) as subsegment:
            for key, value in annotations.items():
                subsegment.put_annotation(key=key, value=value)
            before = _parent.set(getattr(subsegment, "id", None))
            try:
                yield
            finally:
                _parent.reset(before)

    @cached_property
    def _tracer(self) -> Tracer:
        from aws_lambda_powertools import Tracer  # noqa: PLC0415 - see above

        return Tracer(service=SERVICE, auto_patch=False)


NOT_TRACED = Traces(lambda: None)
