"""The service's one structured logger: JSON lines on standard output."""

from __future__ import annotations

import json
from functools import partial

from aws_lambda_powertools import Logger

logger = Logger(service="cam-tasks", utc=True, json_serializer=partial(json.dumps, ensure_ascii=False, default=str))
