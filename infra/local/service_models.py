"""What every session of botocore works out anew, worked out once in a process: the models of the services of AWS (a
quarter of the start of a fake cloud that has a session for each region, and most of what a test with clients of its own
takes), and what the events of its two hundred handlers are called today.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore import hooks, session


def share() -> None:
    """Among all sessions that are made from now on; safe to repeat."""
    if not hasattr(session.create_loader, "cache_info"):
        session.create_loader = cache(session.create_loader)
        aliaser: Any = hooks.EventAliaser
        name_today = cache(aliaser(hooks.HierarchicalEmitter())._alias_event_name)  # noqa: SLF001
        aliaser._alias_event_name = lambda self, name: name_today(name)  # noqa: SLF001
