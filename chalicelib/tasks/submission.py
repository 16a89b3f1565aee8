"""What a request to submit a task may say, beside the parameters of its type."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, Field, ValidationError, create_model

from chalicelib.errors import InvalidRequest
from chalicelib.tasks.executor import TaskParams
from chalicelib.tasks.model import DEFAULT_PRIORITY

MOST_RETRIES = 10
LONGEST_TIMEOUT = 24 * 3600
DEFAULT_TIMEOUT = 1800
MOST_TOLD = 20
LONGEST_NAME = 64
"""Of what a message repeats of a bad request, which may be as large as a body."""


Priority = Annotated[int, Field(ge=0, le=9)]
Timeout = Annotated[int, Field(ge=1, le=LONGEST_TIMEOUT)]


class TaskOptions(BaseModel):
    """``priority`` 7–9 takes the high lane, 4–6 the normal one, 0–3 the low one. ``timeout_seconds`` bounds the whole
    task from its first start, retries and children included.
    """

    priority: Priority = DEFAULT_PRIORITY
    max_retry: Annotated[int, Field(ge=0, le=MOST_RETRIES)] | None = None
    timeout_seconds: Timeout = DEFAULT_TIMEOUT


@cache
def submission_model(params: type[TaskParams]) -> type[BaseModel]:
    """The model of a request body: the parameters of a type and the options of every task, side by side."""
    return create_model(f"{params.__name__}Submission", __base__=(params, TaskOptions), __doc__=params.__doc__)


def parse(params: type[TaskParams], body: Mapping[str, Any] | bytes | str) -> tuple[TaskParams, TaskOptions]:
    """Raises InvalidRequest naming every bad field."""
    model = submission_model(params)
    try:
        if isinstance(body, bytes | str):
            both = model.model_validate_json(body, strict=True)
        else:
            both = model.model_validate(body)
    except ValidationError as error:
        raise InvalidRequest(describe(error)) from None
    options = TaskOptions.model_construct(**{name: getattr(both, name) for name in TaskOptions.model_fields})
    chosen = {name: getattr(both, name) for name in both.model_fields_set if name in params.model_fields}
    return params.model_validate(chosen), options


def describe(error: ValidationError) -> str:
    """The bad fields, each with what is wrong with it, without repeating the value: it may be a secret."""
    items = error.errors(include_url=False, include_input=False, include_context=False)
    found = []
    for item in items[:MOST_TOLD]:
        where = ".".join(str(part)[:LONGEST_NAME] for part in item["loc"])
        found.append(f"{where}: {item['msg']}" if where else item["msg"])
    if len(items) > MOST_TOLD:
        found.append(f"and {len(items) - MOST_TOLD} more")
    return "invalid request: " + "; ".join(found)


def fingerprint(*parts: Any) -> str:
    """Equal JSON values, equal fingerprints, whatever the order of keys."""
    canonical = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
