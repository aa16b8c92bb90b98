"""Public keys from the address where an issuer publishes them."""

from __future__ import annotations

import http.client
import logging
import math
import ssl
import threading
import time
from pathlib import Path

from jwt import PyJWKClient, PyJWTError

from papersearch.keys import Key, KeysUnavailable, UnknownKey, choose, from_jwks

log = logging.getLogger(__name__)
FRESH = 300  # Seconds until a withdrawn key is noticed.
PAUSE = 10  # Seconds between two fetches, whatever clients send and however the last one ended.
TIMEOUT = 3


class FetchedKeys:
    """PyJWKClient forgets keys when they are old; here they stay in use until the issuer has answered with others."""

    def __init__(self, url: str, ca: Path | None = None) -> None:
        tls = ssl.create_default_context(cafile=ca) if url.startswith("https:") else None
        self._client = PyJWKClient(url, cache_jwk_set=False, timeout=TIMEOUT, ssl_context=tls)
        self._lock = threading.Lock()
        self._keys: list[Key] = []
        self._fetched = self._tried = -math.inf
        self._answered = False
        # Now, so that the first requests find keys.
        self.refresh()

    def find(self, kid: str | None) -> Key:
        if time.monotonic() - self._fetched > FRESH:
            self.refresh()
        try:
            return choose(self._keys, kid)
        except UnknownKey:
            self.refresh()
        try:
            return choose(self._keys, kid)
        except UnknownKey:
            if self._answered:
                raise
        raise KeysUnavailable(max(1, math.ceil(self._tried + PAUSE - time.monotonic())))

    def refresh(self) -> None:
        """One request fetches; the others go on with the keys that are there."""
        with self._lock:
            if time.monotonic() - self._tried < PAUSE:
                return
            self._tried, self._answered = time.monotonic(), False
        try:
            self._keys = from_jwks(self._client.fetch_data())
        except (PyJWTError, OSError, ValueError, http.client.HTTPException) as error:
            log.warning("The issuer's keys cannot be had; going on with those before", extra={"error": type(error).__name__})
        else:
            self._fetched, self._answered = time.monotonic(), True
