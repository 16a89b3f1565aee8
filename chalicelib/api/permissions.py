"""What each operation takes: the one table of who may do what."""

from __future__ import annotations

from chalicelib.access.principal import OPERATORS, Principal
from chalicelib.access.roles import Role
from chalicelib.errors import Forbidden

OPEN: frozenset[str] = frozenset({"health"})
"""Anybody, without a key."""

ROLES: dict[str, Role] = {
    "submit_*": Role.OPERATOR,  # of every task type
    "create_batch": Role.OPERATOR,
    "list_tasks": Role.VIEWER,
    "get_task": Role.VIEWER,
    "submit_unknown": Role.OPERATOR,
    "delete_task": Role.ADMIN,  # of a failed task it is what "drop" is
    "list_children": Role.VIEWER,
    "cancel_task": Role.OPERATOR,
    "retry_task": Role.OPERATOR,
    "cancel_many": Role.OPERATOR,
    "retry_many": Role.OPERATOR,
    "list_dead_letters": Role.VIEWER,
    "redrive": Role.ADMIN,
    "drop": Role.ADMIN,
    "list_lanes": Role.VIEWER,
    "pause": Role.ADMIN,
    "resume": Role.ADMIN,
    "create_account": Role.ADMIN,
    "list_accounts": Role.VIEWER,
    "get_account": Role.VIEWER,
    "change_account": Role.ADMIN,
    "delete_account": Role.ADMIN,
    "test_account": Role.ADMIN,
    "list_assets": Role.VIEWER,
    "summarise": Role.VIEWER,
    "get_asset": Role.VIEWER,
    "list_changes_of": Role.VIEWER,
    "list_relations": Role.VIEWER,
    "list_changes": Role.VIEWER,
    "list_scopes": Role.VIEWER,
    "list_providers": Role.VIEWER,
    "get_stats": Role.VIEWER,
    "create_key": Role.ADMIN,
    "list_keys": Role.ADMIN,
    "revoke_key": Role.ADMIN,
    "list_audit": Role.ADMIN,
    "whoami": Role.VIEWER,
    "ready": Role.VIEWER,
}

OF_THE_SERVICE: frozenset[str] = frozenset({"pause", "resume", "get_stats"})
"""What touches or shows every tenant: for those of the operators' tenant alone."""


def required_role(operation: str) -> Role | None:
    """None for what is open. Raises LookupError for an operation that the table leaves out."""
    if operation in OPEN:
        return None
    name = "submit_*" if operation.startswith("submit_") and operation not in ROLES else operation
    if name not in ROLES:
        raise LookupError(f"say in {__name__} which role the operation {operation} takes")
    return ROLES[name]


def check(by: Principal, operation: str) -> None:
    """Raises Forbidden."""
    role = required_role(operation)
    if role is not None and not by.role.includes(role):
        raise Forbidden(f"this takes the role {role}; yours is {by.role}")
    if operation in OF_THE_SERVICE and by.tenant != OPERATORS:
        raise Forbidden(f"this is about every tenant: it is for the tenant {OPERATORS}")
