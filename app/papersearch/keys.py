"""The public keys that tokens are checked with: from a PEM or JWKS document, and from a file that holds one."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from jwt import PyJWKSet, PyJWTError

log = logging.getLogger(__name__)
# No shared secrets and no "none": the key decides what a signature may be, never the token.
FAMILIES = {
    RSAPublicKey: ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    EllipticCurvePublicKey: ("ES256", "ES384", "ES512"),
    Ed25519PublicKey: ("EdDSA",),
    Ed448PublicKey: ("EdDSA",),
}


class UnknownKey(Exception):
    """No key fits the token."""


class KeysUnavailable(Exception):
    """The keys cannot be had now; asking again after some seconds may help."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Key(NamedTuple):
    kid: str | None
    value: Any
    algorithms: tuple[str, ...]


def from_pem(document: bytes) -> list[Key]:
    try:
        value = load_pem_public_key(document)
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("holds no public key") from None
    algorithms = _family(value)
    if not algorithms:
        raise ValueError("holds a key of a kind that signs no tokens")
    return [Key(None, value, algorithms)]


def from_jwks(document: Any) -> list[Key]:
    try:
        found = PyJWKSet.from_dict(document).keys
    except (PyJWTError, AttributeError, TypeError):
        found = []
    keys = [
        Key(key.key_id, key.key, (key.algorithm_name,))
        for key in found
        if key.public_key_use in ("sig", None) and key.algorithm_name in _family(key.key)
    ]
    if not keys:
        raise ValueError("holds no public key for signatures")
    return keys


def choose(keys: list[Key], kid: str | None) -> Key:
    """The key of that name. Where there is only one, neither it nor the token needs a name."""
    if len(keys) == 1 and None in (kid, keys[0].kid):
        return keys[0]
    for key in keys:
        if key.kid == kid:
            return key
    raise UnknownKey


def _family(value: Any) -> tuple[str, ...]:
    return next((names for kind, names in FAMILIES.items() if isinstance(value, kind)), ())


class FileKeys:
    """Reads the file again when it changed. One that is no good then changes nothing; at the start it is an error."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = self._look()
        try:
            self._keys = self._read()
        except (OSError, ValueError) as error:
            raise ValueError(f"PAPERSEARCH_JWT_KEYS: {path}: {error}") from error

    def find(self, kid: str | None) -> Key:
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._keys = self._read()
            except (OSError, ValueError) as error:
                log.warning("The file of token keys is not usable; going on with the keys before", extra={"error": str(error)})
        return choose(self._keys, kid)

    def _look(self) -> tuple[int, ...]:
        try:
            stat = self._path.stat()
        except OSError:
            return ()
        return stat.st_mtime_ns, stat.st_size, stat.st_ino

    def _read(self) -> list[Key]:
        document = self._path.read_bytes()
        return from_pem(document) if document.lstrip().startswith(b"-----BEGIN") else from_jwks(json.loads(document))
