"""Amazon Web Services. Importing this package loads no SDK: ``connect`` does."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.providers.aws.transport import Transport
from chalicelib.providers.aws.types import TYPES, UNSUPPORTED, AssetType
from chalicelib.providers.base import Cloud, Connection, Sleep


@dataclass(frozen=True, slots=True)
class AwsProvider:
    types: Mapping[str, AssetType] = field(default_factory=lambda: TYPES)
    transport: Transport = field(default_factory=Transport)

    @property
    def name(self) -> str:
        return "aws"

    @property
    def asset_types(self) -> tuple[str, ...]:
        return tuple(self.types)

    @property
    def global_types(self) -> frozenset[str]:
        return frozenset(name for name, kind in self.types.items() if kind.everywhere)

    @property
    def unsupported(self) -> Mapping[str, str]:
        return UNSUPPORTED

    @property
    def calls_per_second(self) -> int:
        return 20

    @property
    def credential_fields(self) -> tuple[frozenset[str], ...]:
        """A role goes with its external id: the trust policy that asks for it is what keeps others who use this service
        from having it assume the role for them.
        """
        return frozenset({"role_arn", "external_id"}), frozenset({"access_key_id", "access_key_secret"})

    @property
    def optional_credentials(self) -> frozenset[str]:
        """It goes with keys."""
        return frozenset({"session_token"})

    def connect(self, connection: Connection, *, sleep: Sleep = time.sleep) -> Cloud:
        """Raises InvalidCredentials where the account's credentials cannot be used at all."""
        from chalicelib.providers.aws.client import Clients  # noqa: PLC0415 - loads botocore
        from chalicelib.providers.aws.cloud import AwsCloud  # noqa: PLC0415

        return AwsCloud(Clients(connection, self.transport, sleep), self.types)


PROVIDER = AwsProvider()
