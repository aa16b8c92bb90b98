"""An issuer of tokens: real keys, and a real server on loopback that publishes them."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import get_default_algorithms

ISSUER, AUDIENCE = "https://issuer.example", "papersearch"
MAKE = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "PS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}


class SigningKey:
    def __init__(self, algorithm: str = "RS256", kid: str | None = "first") -> None:
        self.algorithm, self.kid = algorithm, kid
        self._key = MAKE[algorithm]()

    @property
    def pem(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def jwk(self) -> dict[str, Any]:
        jwk = get_default_algorithms()[self.algorithm].to_jwk(self._key.public_key(), as_dict=True)
        return jwk | {"use": "sig", "alg": self.algorithm} | ({"kid": self.kid} if self.kid else {})

    def token(self, **claims: Any) -> str:
        """A good one but for the claims that are given; None leaves one out."""
        claims = {"iss": ISSUER, "aud": AUDIENCE, "exp": time.time() + 60, "sub": "somebody"} | claims
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(claims, self._key, self.algorithm, {"kid": self.kid} if self.kid else None)


def jwks(*keys: SigningKey) -> bytes:
    return json.dumps({"keys": [key.jwk for key in keys]}).encode()


class KeyServer:
    def __init__(self, document: bytes) -> None:
        self.document, self.status, self.fetches = document, 200, 0
        this = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                this.fetches += 1
                self.send_response(this.status)
                self.end_headers()
                self.wfile.write(this.document)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/keys"
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
