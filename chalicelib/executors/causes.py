"""Why nothing could be listed, in one text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chalicelib.errors import FatalError

_REQUEST = re.compile(r" \((?:HTTP \d+, )?request [^()]*\)")
"""Where a cloud's error says of which call it is: another one each time, for the same cause."""


def nothing_listed(errors: Iterable[str]) -> FatalError:
    """Each cause once, with the first request that it is known of: that is what a cloud's support asks for."""
    causes: dict[str, str] = {}
    for error in errors:
        causes.setdefault(_REQUEST.sub("", error), error)
    return FatalError("nothing could be listed: " + "; ".join(causes.values()))
