"""Every setting, read once: secrets from files in $CREDENTIALS_DIRECTORY, everything from PAPERSEARCH_* variables."""

from __future__ import annotations

import os
import re
import socket
from functools import lru_cache
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _platform_ca() -> Path | None:
    """OpenSSL's own variable: where it is set, it holds the authorities to trust."""
    path = os.environ.get("SSL_CERT_FILE")
    return Path(path) if path else None


class Settings(BaseSettings):
    # Input is hidden: an error about settings that do not fit together would show all of them, passwords too.
    model_config = SettingsConfigDict(env_prefix="PAPERSEARCH_", secrets_dir=None, extra="ignore", hide_input_in_errors=True)

    opensearch_hosts: Annotated[list[str], NoDecode] = Field(default=["http://127.0.0.1:9200"], min_length=1)
    opensearch_username: str = ""
    opensearch_password: SecretStr = SecretStr("")
    opensearch_ca: Path | None = Field(default_factory=_platform_ca)
    opensearch_timeout: float = Field(default=5, gt=0, le=60)
    opensearch_retries: int = Field(default=3, ge=0, le=10)
    opensearch_pool_size: int = Field(default=25, ge=1, le=200)
    opensearch_alias: str = Field(default="papers", pattern=r"^[a-z0-9][a-z0-9_-]*$")

    redis_url: str = Field(default="redis://127.0.0.1:6379/0", pattern=r"^rediss?://[^@]+$")
    # Where sentinels know which of several servers takes writes, they are asked: host:port. Of redis_url, scheme and database count then.
    redis_sentinels: Annotated[list[str], NoDecode] = []
    redis_sentinel_name: str = "primary"
    redis_username: str = ""
    redis_password: SecretStr = SecretStr("")
    redis_ca: Path | None = Field(default_factory=_platform_ca)
    redis_timeout: float = Field(default=1, gt=0, le=30)
    # All keys and channels of this application start with this: one ACL rule covers them.
    redis_prefix: str = "papersearch:"
    cache_ttl: int = Field(default=300, ge=0, description="Seconds; 0 switches the query cache off")

    # Who may ingest: clients that send this key. No key, no ingestion.
    api_key: SecretStr = SecretStr("")
    # Accepted as well, while clients change to the new one.
    api_key_previous: SecretStr = SecretStr("")

    # The API asks for a token of this issuer, for this audience, signed with a key from the file (PEM or JWKS) or the address.
    jwt_required: bool = False
    jwt_issuer: str = ""
    jwt_audience: str = ""
    jwt_keys: Path | None = None
    jwt_jwks_url: str = ""
    jwt_ca: Path | None = Field(default_factory=_platform_ca)
    jwt_leeway: int = Field(default=30, ge=0, le=600, description="Seconds that clocks may differ")
    api_limit: int = Field(default=0, ge=0, description="Requests an hour for each key or token's subject; 0: no limit")

    # Off: each event of the page is one POST that any process of any host can answer. On: Gradio's queue, which lives in
    # the memory of one process, so that it needs one worker a host and session affinity at the balancer.
    ui_queue: bool = False
    ui_concurrency: int = Field(default=10, ge=1, le=200)
    ui_queue_size: int = Field(default=100, ge=1)
    ui_title: str = "Paper search"

    active_user_window: int = Field(default=300, ge=10, description="Seconds after which a silent client stops counting as active")
    instance: str = Field(default_factory=socket.gethostname)
    health_disk_path: Path = Path("/")
    health_disk_max_percent: float = Field(default=95, gt=0, le=100)
    health_memory_max_percent: float = Field(default=95, gt=0, le=100)
    log_level: str = Field(default="INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$")

    @field_validator("opensearch_hosts", "redis_sentinels", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("opensearch_hosts")
    @classmethod
    def _urls(cls, value: list[str]) -> list[str]:
        for url in value:
            if not url.startswith(("http://", "https://")) or "@" in url:
                raise ValueError("each host is a URL, http(s)://name:port, without credentials")
        return value

    @field_validator("redis_sentinels")
    @classmethod
    def _addresses(cls, value: list[str]) -> list[str]:
        if not all(re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[^:@/]+):[0-9]+", address) for address in value):
            raise ValueError("each sentinel is host:port")
        return value

    @field_validator("opensearch_ca", "redis_ca", "jwt_ca", "jwt_keys", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None

    @field_validator("jwt_jwks_url")
    @classmethod
    def _keys_come_safely(cls, value: str) -> str:
        url = urlsplit(value)
        safe = url.scheme == "https" or (url.scheme == "http" and url.hostname in LOOPBACK)
        if value and not (safe and url.hostname and "@" not in url.netloc):
            raise ValueError("https://name/path without credentials; http only on 127.0.0.1, ::1 or localhost")
        return value

    @model_validator(mode="after")
    def _tokens_can_be_checked(self) -> Settings:
        if self.jwt_required:
            missing = [name for name in ("jwt_issuer", "jwt_audience") if not getattr(self, name)]
            if missing:
                raise ValueError(f"PAPERSEARCH_JWT_REQUIRED needs {' and '.join('PAPERSEARCH_' + name.upper() for name in missing)}")
            if bool(self.jwt_keys) == bool(self.jwt_jwks_url):
                raise ValueError("PAPERSEARCH_JWT_REQUIRED needs exactly one of PAPERSEARCH_JWT_KEYS and PAPERSEARCH_JWT_JWKS_URL")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, file_secret_settings, env_settings


@lru_cache
def get_settings() -> Settings:
    """The settings of this process. A credential file PAPERSEARCH_X (any case) wins over the variable of that name."""
    return Settings(_secrets_dir=os.environ.get("CREDENTIALS_DIRECTORY"))
