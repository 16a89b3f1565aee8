"""The security token service of the fake: who calls, and temporary keys for roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.clouds.roles import Issued, NoSuchRole, NotTrusted, RoleDesk
from infra.local.clouds.tencent.refusal import Refusal, denied, missing, unknown, wrong_type

LONGEST_SECONDS = 43200
DEFAULT_SECONDS = 7200

_PARAMETERS = {"RoleArn": str, "RoleSessionName": str, "ExternalId": str, "DurationSeconds": int}


def caller_identity(account_id: str, issued: Issued | None) -> dict[str, Any]:
    """``issued`` is the temporary key of the caller, if it has one."""
    who = {"Arn": f"qcs::cam::uin/{account_id}:uin/{account_id}", "Type": "CAMUser", "UserId": account_id}
    if issued is not None:
        role, session = "4611686018427397919", issued.principal.rpartition("/")[2]
        who = {
            "Arn": f"qcs::sts:{account_id}:assumed-role/{role}",
            "Type": "CAMRole",
            "UserId": f"{role}:{session}",
        }
    return {"AccountId": account_id, "PrincipalId": account_id} | who


def assumed(desk: RoleDesk, parameters: Mapping[str, Any]) -> tuple[Issued, dict[str, Any]]:
    """The key that is handed out, and the answer that has it. Raises Refusal."""
    for name, value in parameters.items():
        if name not in _PARAMETERS:
            raise unknown(name)
        if type(value) is not _PARAMETERS[name]:
            raise wrong_type(name)
    for name in ("RoleArn", "RoleSessionName"):
        if not parameters.get(name):
            raise missing(name)
    seconds = parameters.get("DurationSeconds", DEFAULT_SECONDS)
    if not 0 < seconds <= LONGEST_SECONDS:
        raise Refusal("InvalidParameter.OverTimeError", "The expiration time exceeds the threshold.")
    try:
        issued = desk.assume(
            parameters["RoleArn"], parameters["RoleSessionName"], parameters.get("ExternalId", ""), seconds, "AKID"
        )
    except NoSuchRole:
        raise Refusal("ResourceNotFound.RoleNotFound", "The role of the account does not exist.") from None
    except NotTrusted:
        raise denied("sts:AssumeRole") from None
    return issued, {
        "Credentials": {
            "TmpSecretId": issued.access_key_id,
            "TmpSecretKey": issued.access_key_secret,
            "Token": issued.security_token,
        },
        "ExpiredTime": round(issued.expires_at.timestamp()),
        "Expiration": issued.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
