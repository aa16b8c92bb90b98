"""Who may use the API, and how often: dependencies of all its routes where the settings ask for them."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import Depends, HTTPException, Request, status

from papersearch import metrics
from papersearch.cache import Cache
from papersearch.keys import KeysUnavailable
from papersearch.settings import Settings
from papersearch.tokens import TokenRefused, Tokens

log = logging.getLogger(__name__)
HOUR = 3600


def guards(settings: Settings, cache: Cache) -> list[Any]:
    checks = [TokenCheck(Tokens(settings)).check] if settings.jwt_required else []
    # After the token: who was refused has used nothing up.
    checks += [Limit(settings.api_limit, cache).check] if settings.api_limit else []
    return [Depends(check) for check in checks]


class TokenCheck:
    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def check(self, request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise self._refused("The API needs a token: Authorization: Bearer.", "Bearer")
        try:
            request.state.subject = self._tokens.subject(token.strip())
        except TokenRefused as error:
            log.info("Token refused", extra={"reason": str(error)})
            raise self._refused("The token is not valid here, or not any longer.", 'Bearer error="invalid_token"') from error
        except KeysUnavailable as error:
            message = "The keys for tokens cannot be had now. Try again later."
            raise HTTPException(status.HTTP_503_SERVICE_UNAVAILABLE, message, {"Retry-After": str(error.seconds)}) from error

    @staticmethod
    def _refused(message: str, challenge: str) -> HTTPException:
        metrics.REFUSED.labels("token").inc()
        return HTTPException(status.HTTP_401_UNAUTHORIZED, message, {"WWW-Authenticate": challenge})


class Limit:
    def __init__(self, limit: int, cache: Cache) -> None:
        self._limit = limit
        self._cache = cache

    def check(self, request: Request) -> None:
        client = _key_of(request)
        used = self._cache.count(client, HOUR) if client else None
        if used and used.number > self._limit:
            metrics.REFUSED.labels("limit").inc()
            message = f"More than {self._limit} requests in an hour with this key."
            raise HTTPException(status.HTTP_429_TOO_MANY_REQUESTS, message, {"Retry-After": str(used.seconds_left)})


def _key_of(request: Request) -> str:
    """The token's subject first: it is proven, while anybody can invent another X-API-Key for each request."""
    subject, key = getattr(request.state, "subject", ""), request.headers.get("x-api-key", "")
    return f"sub:{subject}" if subject else f"key:{key}" if key else ""
