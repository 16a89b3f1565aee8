"""``make key``: make an API key straight in a stage's store, as the first one has to be; later ones POST /keys makes.

The store's address is read where the functions of a stage read it, with the credentials of whoever runs this; of the
stage ``local`` it is the store of ``make run``, which must be running.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from datetime import timedelta

from pydantic import TypeAdapter, ValidationError
from pymongo.errors import PyMongoError

from chalicelib.access.audit import Deed
from chalicelib.access.principal import OPERATORS, Principal
from chalicelib.access.roles import Role
from chalicelib.api.callers import NewKey
from chalicelib.container import Container
from chalicelib.errors import Unavailable
from chalicelib.settings import SettingsError, TenantName
from chalicelib.settings import load as load_settings
from infra.local.config import ConfigError
from infra.local.config import load as load_local
from infra.package.environment import environment_of
from infra.package.errors import PackageError

LOCAL = "local"
MAKER = "make key"
"""The subject in the audit, and the key's ``created_by``."""


def environment(stage: str, environ: Mapping[str, str]) -> Mapping[str, str]:
    """Raises PackageError and ConfigError."""
    return load_local(environ).environment() if stage == LOCAL else environment_of(stage, environ)


def mint(stage_environment: Mapping[str, str], tenant: str, asked: NewKey) -> str:
    """The text of the new key. Raises SettingsError, Unavailable and pymongo's errors."""
    container = Container(load_settings(stage_environment))
    try:
        lifetime = timedelta(days=asked.expires_in_days)
        key, text = container.keys.mint(tenant, asked.role, asked.name, lifetime=lifetime, by=MAKER)
        container.audit.record(
            Principal(tenant, MAKER, Role.ADMIN), Deed("create_key", (key.id,), 201, 0, source_ip="", correlation_id="")
        )
    finally:
        container.close()
    return text


def main() -> None:
    parser = argparse.ArgumentParser(prog="make key", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("--role", required=True)
    parser.add_argument("--tenant", default=OPERATORS)
    parser.add_argument("--name", required=True)
    parser.add_argument("--days", default=NewKey.model_fields["expires_in_days"].default)
    given = parser.parse_args()
    try:
        tenant = TypeAdapter[str](TenantName).validate_python(given.tenant)
        asked = NewKey.model_validate({"role": given.role, "name": given.name, "expires_in_days": given.days})
        print(mint(environment(given.stage, os.environ), tenant, asked))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'tenant'}: {one['msg']}" for one in error.errors())
        sys.exit(f"no key was made: {wrong}")
    except (PackageError, ConfigError, SettingsError, Unavailable) as error:
        sys.exit(f"no key was made: {error}")
    except PyMongoError as error:
        sys.exit(f"no key was made, as the store does not answer: {str(error).partition(' (')[0][:200]}")


if __name__ == "__main__":
    main()
