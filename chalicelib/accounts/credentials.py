"""Credentials of accounts in SSM Parameter Store, encrypted, one SecureString an account."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import TypeAdapter, ValidationError

from chalicelib.errors import CloudUnavailable, InvalidCredentials, InvalidRequest, Unavailable
from chalicelib.providers.base import Credentials
from chalicelib.strict import AT_FIRST_USE

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.parameters import SSMProvider
    from types_boto3_ssm import SSMClient

MOST_BYTES = 4096
"""A standard parameter holds no more."""


class _Key(TypedDict, total=False):
    KeyId: str


STORED = TypeAdapter(dict[str, str], config=AT_FIRST_USE)


class CredentialStore:
    """Reads are cached for ``cache_seconds``: a rotation reaches every worker within that time. ``key`` is the KMS key
    to write with, AWS's own by default; a read takes whichever a parameter was written with.
    """

    def __init__(self, client: SSMClient, prefix: str, *, cache_seconds: int, key: str | None = None) -> None:
        self._client = client
        self._prefix = prefix
        self._cache_seconds = cache_seconds
        self._key: _Key = {"KeyId": key} if key else {}

    @cached_property
    def _parameters(self) -> SSMProvider:
        from aws_lambda_powertools.utilities.parameters import SSMProvider  # noqa: PLC0415 - loads boto3

        return SSMProvider(boto3_client=self._client)

    def put(self, tenant: str, account_id: int, credentials: Credentials) -> None:
        """Store or rotate. Raises InvalidRequest for more than a parameter holds, and Unavailable."""
        value = json.dumps(dict(credentials), ensure_ascii=False)
        if (size := len(value.encode())) > MOST_BYTES:
            raise InvalidRequest(
                f"invalid request: credentials: {size} bytes as JSON, and {MOST_BYTES} can be stored of an account"
            )
        try:
            self._client.put_parameter(
                Name=self._name(tenant, account_id),
                Value=value,
                Type="SecureString",
                Overwrite=True,
                **self._key,
            )
        except (BotoCoreError, ClientError):
            # The cause is cut off: an SDK error could repeat the request.
            raise Unavailable("the credential store does not answer; try again", retry_after=5) from None
        self._parameters.clear_cache()  # type: ignore[no-untyped-call]

    def get(self, tenant: str, account_id: int) -> Credentials:
        """Raises InvalidCredentials when nothing is stored and CloudUnavailable when the store does not answer."""
        from aws_lambda_powertools.utilities.parameters import GetParameterError  # noqa: PLC0415 - loads boto3

        try:
            value = self._parameters.get(self._name(tenant, account_id), decrypt=True, max_age=self._cache_seconds)
        except GetParameterError as error:
            if "ParameterNotFound" in str(error):
                raise InvalidCredentials(
                    f"account {account_id} has no stored credentials: set them with PUT /accounts/{account_id}"
                ) from None
            raise CloudUnavailable("the credential store does not answer") from None
        try:
            return Credentials(STORED.validate_json(str(value)))
        except ValidationError:  # cut off, as it quotes what it could not read
            raise InvalidCredentials(
                f"the credentials stored of account {account_id} are no JSON: set them with PUT /accounts/{account_id}"
            ) from None

    def delete(self, tenant: str, account_id: int) -> None:
        """Raises Unavailable. Nothing stored is fine."""
        try:
            self._client.delete_parameter(Name=self._name(tenant, account_id))
        except self._client.exceptions.ParameterNotFound:
            return
        except (BotoCoreError, ClientError):
            raise Unavailable("the credential store does not answer; try again", retry_after=5) from None
        finally:
            self._parameters.clear_cache()  # type: ignore[no-untyped-call]

    def _name(self, tenant: str, account_id: int) -> str:
        return f"{self._prefix}/accounts/{tenant}/{account_id}"
