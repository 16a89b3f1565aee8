"""How this service talks to MongoDB: one client an environment, a small pool, and nobody waits for ever."""

from __future__ import annotations

from typing import Any

from pymongo import MongoClient
from pymongo.errors import ConfigurationError

from chalicelib.errors import Unavailable
from chalicelib.settings import Settings

SAFE: dict[str, Any] = {
    "readPreference": "primary",
    "readPreferenceTags": "",
    "maxStalenessSeconds": -1,
    "w": "majority",
    "journal": True,
}
"""What claims and fences rest upon, whatever the address says: a worker reads back what it has just written, and what
it was told to be written outlives a change of primary. The tags and the staleness would be refused beside ``primary``.
"""


def connect(uri: str, settings: Settings, **options: Any) -> MongoClient[dict[str, Any]]:
    """A client whose first call opens the first connection. ``options`` win over what the settings say, and what the
    settings say wins over the URI's own options.

    Connections are shared: a call holds one for as long as the store takes to answer. What a frozen environment kept
    open for too long is thrown away before it is used, as whatever lies between may have forgotten it.

    Raises Unavailable.
    """
    timeout = int(settings.mongodb_timeout_seconds * 1000)
    chosen: dict[str, Any] = {
        "tz_aware": True,
        "appname": "cam-tasks",
        "maxPoolSize": settings.mongodb_pool_size,
        "minPoolSize": 0,
        "maxIdleTimeMS": int(settings.mongodb_idle_seconds * 1000),
        "waitQueueTimeoutMS": timeout,
        "serverSelectionTimeoutMS": timeout,
        "connectTimeoutMS": timeout,
        "socketTimeoutMS": timeout,
    }
    try:
        return MongoClient(uri, **(chosen | SAFE | options))
    except (ConfigurationError, ValueError):  # cut off, as it quotes a password that is not percent-encoded
        raise Unavailable(
            "the address of the store cannot be used: it must be mongodb:// or mongodb+srv:// with a host that "
            "exists, and its user and password percent-encoded"
        ) from None
