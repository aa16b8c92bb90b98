"""JSON Web Tokens: is one good, and whose is it. Nothing of a token is logged."""

from __future__ import annotations

import jwt

from papersearch.jwks import FetchedKeys
from papersearch.keys import FileKeys, UnknownKey
from papersearch.settings import Settings

# Besides PyJWT's own: what odd JSON in a token brings out of it must be no error of this server.
BAD = (jwt.PyJWTError, UnknownKey, ValueError, TypeError, ArithmeticError, RecursionError)


class TokenRefused(Exception):
    """Names the reason, not the token."""


class Tokens:
    def __init__(self, settings: Settings) -> None:
        self._keys = FileKeys(settings.jwt_keys) if settings.jwt_keys else FetchedKeys(settings.jwt_jwks_url, settings.jwt_ca)
        self._rules = {
            "audience": settings.jwt_audience,
            "issuer": settings.jwt_issuer,
            "leeway": settings.jwt_leeway,
            "options": {"require": ["exp", "iss", "aud"]},
        }

    def subject(self, token: str) -> str:
        """Whose the token is; empty when it does not say. May raise KeysUnavailable."""
        try:
            key = self._keys.find(jwt.get_unverified_header(token).get("kid"))
            claims = jwt.decode(token, key.value, algorithms=key.algorithms, **self._rules)
        except BAD as error:
            raise TokenRefused(type(error).__name__) from None
        return claims.get("sub") or ""
