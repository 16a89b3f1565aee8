"""Writes down every AWS call that a function's process signs with the credentials of its role, links included.

A line of the file ``CALLS`` is JSON: ``function``, ``service``, ``operation``, and those of its parameters that name a
resource. Calls that are signed by an assumed role are for that role to allow.
"""

import json
import os
import sys
from typing import Any

NAMING = ("Bucket", "Key", "Name", "QueueUrl", "RoleArn")
"""Nothing else is kept: the others may be secrets."""
HELD = "named_resources"


def _hold(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[HELD] = {name: params[name] for name in NAMING if name in params}


def _write(request: Any, signing_name: str, operation_name: str, request_signer: Any, **_: Any) -> None:
    if request_signer._credentials.access_key != os.environ["AWS_ACCESS_KEY_ID"]:
        return
    call = {"function": os.environ["AWS_LAMBDA_FUNCTION_NAME"], "service": signing_name, "operation": operation_name}
    line = json.dumps(call | {"resource": request.context[HELD]}) + "\n"
    with open(os.environ["CALLS"], "ab", buffering=0) as calls:
        calls.write(line.encode())


if "AWS_LAMBDA_FUNCTION_NAME" in os.environ:  # the emulator, which starts the functions, inherits this, too
    sys.path.insert(0, os.environ["LAMBDA_TASK_ROOT"])  # the botocore of the package, and not the emulator's
    from botocore import handlers

    handlers.BUILTIN_HANDLERS += [("before-parameter-build", _hold), ("before-sign", _write)]
