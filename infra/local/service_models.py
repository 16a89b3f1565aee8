"""botocore's models of the services of AWS, parsed once in a process. Every session would parse them anew: a quarter of
the start of a fake cloud that has one for each region, and most of what a test with clients of its own takes.
"""

from __future__ import annotations

from functools import cache

from botocore import session


def share() -> None:
    """Among all sessions that are made from now on; safe to repeat."""
    if not hasattr(session.create_loader, "cache_info"):
        session.create_loader = cache(session.create_loader)
