"""CloudFormation's functions, and names that every part of the overlay agrees on."""

from __future__ import annotations

from typing import Any

Value = dict[str, Any]

HERE = "${AWS::Region}:${AWS::AccountId}"
KEPT = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
"""Of a resource that outlives the stack."""
DROPPED = {"DeletionPolicy": "Delete", "UpdateReplacePolicy": "Delete"}
"""Of a resource whose loss loses nothing: tasks and assets are in the store."""


def ref(name: str) -> Value:
    return {"Ref": name}


def attribute(name: str, of: str = "Arn") -> Value:
    return {"Fn::GetAtt": [name, of]}


def sub(text: str) -> Value:
    return {"Fn::Sub": text}


def arn(service: str, rest: str) -> Value:
    """Of something in this account and region."""
    return sub(f"arn:${{AWS::Partition}}:{service}:{HERE}:{rest}")


def resource(kind: str, properties: Value, **attributes: Any) -> Value:
    return {"Type": f"AWS::{kind}", "Properties": properties, **attributes}


def statement(actions: list[str], resources: Any, condition: Value | None = None) -> Value:
    """What a role may do."""
    allowed = {"Effect": "Allow", "Action": actions, "Resource": resources}
    return allowed | ({"Condition": condition} if condition else {})


def policy(*statements: Value) -> Value:
    return {"Version": "2012-10-17", "Statement": list(statements)}
