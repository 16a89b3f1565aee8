"""``make migrate``: make the store of a stage what the code of this checkout needs; safe beside a live service.

The store's address is read where the functions read it, with the credentials of whoever runs this.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping

from pymongo.errors import PyMongoError

from chalicelib.container import Container
from chalicelib.errors import Unavailable
from chalicelib.mongodb import connect
from chalicelib.settings import SettingsError, load
from infra.migrations.runner import Busy, migrate, outstanding
from infra.package.environment import environment_of
from infra.package.errors import PackageError


def migrate_stage(stage: str, environ: Mapping[str, str], *, dry_run: bool = False) -> None:
    """``CAM_…`` variables win over the stage's. Raises PackageError, SettingsError, Unavailable, Busy and pymongo's."""
    settings = load(environment_of(stage, environ))
    with connect(Container(settings).mongodb_uri(), settings, socketTimeoutMS=0) as client:  # an index takes its time
        database = client[settings.mongodb_database]
        found = outstanding(database) if dry_run else migrate(database, say=print)
    if dry_run:
        for migration in found:
            print(f"{migration.number} {migration.name}: outstanding")
    if not found:
        print("nothing to do")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.migrations", description=__doc__)
    parser.add_argument("stage")
    parser.add_argument("--dry-run", action="store_true", help="only tell what is outstanding")
    given = parser.parse_args()
    try:
        migrate_stage(given.stage, os.environ, dry_run=given.dry_run)
    except (PackageError, SettingsError, Unavailable, Busy) as error:
        sys.exit(str(error))
    except PyMongoError as error:
        sys.exit(f"the store could not be migrated: {error}\nWhat was done is kept: run it again.")


if __name__ == "__main__":
    main()
