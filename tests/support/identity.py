"""An identity provider on this machine: it signs, and publishes its keys over HTTP."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

ISSUER = "https://login.example.test/"
AUDIENCE = "cam"


def claims(**changes: Any) -> dict[str, Any]:
    """Of a token that is accepted, unless ``changes`` say otherwise; None takes a claim away."""
    whole = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "ann",
        "exp": datetime.now(UTC) + timedelta(minutes=5),
        "tenant": "blue",
        "roles": ["operator"],
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


@dataclass
class IdentityProvider:
    """``answers`` is what is published; ``status`` and ``raw`` make it fail."""

    rsa: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    ec: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    published: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    raw: bytes | None = None
    asked: int = 0
    url: str = ""

    def __post_init__(self) -> None:
        self.published += [
            RSAAlgorithm.to_jwk(self.rsa.public_key(), as_dict=True) | {"kid": "rsa-1", "use": "sig"},
            ECAlgorithm.to_jwk(self.ec.public_key(), as_dict=True) | {"kid": "ec-1", "alg": "ES256"},
        ]

    def token(self, *, kid: str | None = "rsa-1", algorithm: str = "RS256", key: Any = None, **changes: Any) -> str:
        signing = key if key is not None else self.ec if algorithm.startswith("ES") else self.rsa
        headers = {} if kid is None else {"kid": kid}
        return jwt.encode(claims(**changes), signing, algorithm=algorithm, headers=headers)


@contextmanager
def publishing(keys: IdentityProvider) -> Iterator[IdentityProvider]:
    """A provider with these keys, behind an address of its own."""
    served = IdentityProvider(keys.rsa, keys.ec)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked += 1
            body = served.raw if served.raw is not None else json.dumps({"keys": served.published}).encode()
            self.send_response(served.status)
            self.send_header("Location", f"{served.url}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    served.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
