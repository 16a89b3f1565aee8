"""Where a request came from. While authentication is off, a browser on this machine is a way in for anybody's pages.

A page of another origin may send requests without being let see the answer (CSRF), and one whose name has been made to
lead to 127.0.0.1 may see it, too (DNS rebinding). The first shows in ``Origin``, the second in ``Host``.
"""

from __future__ import annotations

import re
from email.message import Message
from urllib.parse import urlsplit

from chalicelib.errors import Foreign

_THIS_MACHINE = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)


def foreign(headers: Message, *, trusted: str | None) -> Foreign | None:
    """What is wrong with a request's ``Host`` and ``Origin``. ``trusted`` is another origin that is let in."""
    hosts, origins = headers.get_all("Host", []), headers.get_all("Origin", [])
    if len(hosts) != 1 or not _THIS_MACHINE.fullmatch(hosts[0]):
        return Foreign("authentication is off here: call localhost or 127.0.0.1 by that name, in the header Host")
    if any(origin != trusted and _address(origin) != hosts[0].lower() for origin in origins):
        return Foreign("authentication is off here: no page of another origin may call; Origin must be the host called")
    return None


def _address(origin: str) -> str:
    """Host and port; none of ``null`` and of what cannot be read."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
