"""The security token service of the fake: who calls, and temporary keys for roles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.clouds.aliyun.refusal import Refusal, missing
from infra.local.clouds.roles import Issued, NoSuchRole, NotTrusted, RoleDesk

SHORTEST_SECONDS, LONGEST_SECONDS = 900, 3600
"""A role allows one hour unless it was told otherwise."""


def caller_identity(account_id: str, issued: Issued | None) -> dict[str, Any]:
    """``issued`` is the temporary key of the caller, if it has one."""
    user = "216959339000654321"
    who = {"Arn": f"acs:ram::{account_id}:user/cam", "IdentityType": "RAMUser", "PrincipalId": user, "UserId": user}
    if issued is not None:
        role, session = "381559330000654321", issued.principal.rpartition("/")[2]
        who = {
            "Arn": issued.principal,
            "IdentityType": "AssumedRoleUser",
            "PrincipalId": f"{role}:{session}",
            "RoleId": role,
        }
    return {"AccountId": account_id} | who


def assumed(desk: RoleDesk, parameters: Mapping[str, str]) -> tuple[Issued, dict[str, Any]]:
    """The key that is handed out, and the answer that has it. Raises Refusal."""
    for name in ("RoleArn", "RoleSessionName"):
        if not parameters.get(name):
            raise missing(name)
    arn, session = parameters["RoleArn"], parameters["RoleSessionName"]
    seconds = parameters.get("DurationSeconds", str(LONGEST_SECONDS))
    if not seconds.isdecimal() or not SHORTEST_SECONDS <= int(seconds) <= LONGEST_SECONDS:
        message = "The Min/Max value of DurationSeconds is 15min/1hr."
        raise Refusal(400, "InvalidParameter.DurationSeconds", message)
    try:
        issued = desk.assume(arn, session, parameters.get("ExternalId", ""), int(seconds), "STS.")
    except NoSuchRole:
        raise Refusal(404, "EntityNotExist.Role", "The specified Role not exists.") from None
    except NotTrusted:
        message = "You are not authorized to do this action. You should be authorized by RAM."
        raise Refusal(403, "NoPermission", message) from None
    return issued, {
        "AssumedRoleUser": {"Arn": issued.principal, "AssumedRoleId": f"381559330000654321:{session}"},
        "Credentials": {
            "AccessKeyId": issued.access_key_id,
            "AccessKeySecret": issued.access_key_secret,
            "SecurityToken": issued.security_token,
            "Expiration": issued.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
    }
