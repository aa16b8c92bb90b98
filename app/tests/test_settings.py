from __future__ import annotations

import pytest
from papersearch.cache import Cache, connect
from papersearch.settings import Settings, get_settings
from papersearch.tasks import make_celery, redis_url
from pydantic import ValidationError


def test_credential_file_wins_over_variable(tmp_path, monkeypatch):
    (tmp_path / "PAPERSEARCH_REDIS_PASSWORD").write_text("from-file\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("PAPERSEARCH_REDIS_PASSWORD", "from-variable")
    monkeypatch.setenv("PAPERSEARCH_OPENSEARCH_PASSWORD", "only-variable")
    get_settings.cache_clear()
    settings = get_settings()
    get_settings.cache_clear()
    assert settings.redis_password.get_secret_value() == "from-file"
    assert settings.opensearch_password.get_secret_value() == "only-variable"
    assert "from-file" not in repr(settings)


def test_hosts_are_split_at_commas(monkeypatch):
    monkeypatch.setenv("PAPERSEARCH_OPENSEARCH_HOSTS", "https://a:9200, https://b:9200")
    assert Settings().opensearch_hosts == ["https://a:9200", "https://b:9200"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"opensearch_hosts": ["a:9200"]},
        {"opensearch_hosts": ["https://user:word@a:9200"]},
        {"opensearch_hosts": []},
        {"redis_url": "http://a"},
        {"redis_url": "redis://:word@a:6379/0"},
        {"redis_sentinels": ["a"]},
        {"redis_sentinels": ["user:word@a:1"]},
        {"log_level": "loud"},
        {"api_limit": -1},
        {"jwt_leeway": -1},
        {"jwt_jwks_url": "http://issuer/keys"},
        {"jwt_jwks_url": "http://127.0.0.1.issuer/keys"},
        {"jwt_jwks_url": "https://user:word@issuer/keys"},
        {"jwt_jwks_url": "file:///etc/passwd"},
        {"jwt_jwks_url": "https://"},
    ],
)
def test_wrong_values_are_refused(wrong):
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_celery_url_quotes_credentials():
    settings = Settings(redis_url="redis://r:6379/0", redis_username="app", redis_password="a/b@c:d")
    assert redis_url(settings) == "redis://app:a%2Fb%40c%3Ad@r:6379/0"


def test_sentinels_are_asked_with_the_same_login_and_tls(monkeypatch):
    monkeypatch.setenv("PAPERSEARCH_REDIS_SENTINELS", "a:1, [::1]:2")
    settings = Settings(redis_url="rediss://r:6379/3", redis_username="app", redis_password="secret-word")
    login = "app:secret-word@"
    assert redis_url(settings) == f"sentinel://{login}a:1/3;sentinel://{login}[::1]:2/3"
    options = make_celery(settings).conf.broker_transport_options
    assert options["master_name"] == "primary"
    assert options["sentinel_kwargs"]["ssl"] is True
    sentinels = connect(settings).connection_pool.sentinel_manager.sentinels
    given = [sentinel.connection_pool.connection_kwargs for sentinel in sentinels]
    assert [(one["host"], one["port"], one["username"]) for one in given] == [("a", 1, "app"), ("::1", 2, "app")]


def test_no_sentinel_is_reached_is_no_redis():
    settings = Settings(redis_url="redis://r:6379/0", redis_sentinels=["127.0.0.1:1"])
    assert Cache(settings).look_up("key") is None


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"jwt_issuer": ""}, "PAPERSEARCH_JWT_ISSUER"),
        ({"jwt_audience": ""}, "PAPERSEARCH_JWT_AUDIENCE"),
        ({"jwt_jwks_url": ""}, "exactly one of PAPERSEARCH_JWT_KEYS and PAPERSEARCH_JWT_JWKS_URL"),
        ({"jwt_keys": "/keys.pem"}, "exactly one of PAPERSEARCH_JWT_KEYS and PAPERSEARCH_JWT_JWKS_URL"),
    ],
)
def test_what_is_missing_to_check_tokens_is_named(given, says):
    complete = {"jwt_required": True, "jwt_issuer": "i", "jwt_audience": "a", "jwt_jwks_url": "https://issuer/keys"}
    Settings(**complete)
    with pytest.raises(ValidationError, match=says) as refused:
        Settings(**complete | given, redis_password="secret")
    assert "input_value" not in str(refused.value)  # pydantic would show the beginning of passwords
