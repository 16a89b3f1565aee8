"""From the ``Authorization`` header to who is asking."""

from __future__ import annotations

from typing import Protocol

from chalicelib.access.keys import PREFIX
from chalicelib.access.principal import Principal
from chalicelib.errors import Unauthenticated

SCHEME = "Bearer"
LONGEST_TOKEN = 8192
"""API Gateway takes headers of 10,240 bytes together."""


class Verifier(Protocol):
    def principal(self, token: str) -> Principal:
        """Raises Unauthenticated."""


class Authenticator:
    """``keys`` and ``oidc`` are what a stage accepts; None is not accepted."""

    def __init__(self, *, keys: Verifier | None, oidc: Verifier | None) -> None:
        self._keys = keys
        self._oidc = oidc

    def principal(self, header: str) -> Principal:
        """Raises Unauthenticated; what it says may be shown to anybody, and repeats nothing of the header."""
        scheme, _, token = header.strip().partition(" ")
        token = token.strip()
        if scheme.lower() != SCHEME.lower() or not token or not token.isascii() or len(token) > LONGEST_TOKEN:
            raise Unauthenticated(f"send the header Authorization: {SCHEME} followed by {self._accepted()}")
        verifier = self._keys if token.startswith(PREFIX) else self._oidc
        if verifier is None:
            raise Unauthenticated(f"not accepted here: send {self._accepted()}")
        return verifier.principal(token)

    def _accepted(self) -> str:
        named = {"an API key": self._keys, "a token of your identity provider": self._oidc}
        return " or ".join(name for name, verifier in named.items() if verifier is not None)
