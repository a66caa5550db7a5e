"""What the gateway refuses to start with, and which setting it names."""

import pytest
from pcf_gateway.settings import GatewaySettings


def test_the_defaults_are_safe():
    assert GatewaySettings().problems() == []


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_without_authentication_only_development_is_served(environment: str):
    problems = GatewaySettings.model_validate({"PCF_ENV": environment}).problems()

    assert problems == [f"PCF_GATEWAY_AUTH is off, which only PCF_ENV=development allows; PCF_ENV is {environment}."]


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "builder.example"])  # noqa: S104
def test_without_authentication_only_loopback_is_listened_on(host: str):
    (problem,) = GatewaySettings(host=host).problems()

    assert problem.startswith(f"PCF_GATEWAY_HOST is {host}, but while PCF_GATEWAY_AUTH is off")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_has_several_names(host: str):
    assert GatewaySettings(host=host).problems() == []


def test_limits_that_contradict_each_other_are_named():
    (problem,) = GatewaySettings(request_timeout_s=200).problems()

    assert problem == "PCF_GATEWAY_REQUEST_TIMEOUT_S is more than PCF_GATEWAY_LONGEST_REQUEST_TIMEOUT_S."


def test_every_setting_is_explained():
    assert [] == [name for name, field in GatewaySettings.model_fields.items() if not field.description]


SAFE = {
    "PCF_ENV": "production",
    "auth": "on",
    "host": "0.0.0.0",  # noqa: S104
    "database_url": "postgresql://gateway@db/pcf",
    "key_pepper": "p" * 32,
    "trusted_proxies": 0,
}


def test_with_authentication_production_may_start_and_listen_anywhere():
    assert GatewaySettings.model_validate(SAFE).problems() == []


def test_production_is_told_how_many_proxies_stand_in_front():
    unsaid = {name: value for name, value in SAFE.items() if name != "trusted_proxies"}

    (problem,) = GatewaySettings.model_validate(unsaid).problems()
    assert problem.startswith("PCF_GATEWAY_TRUSTED_PROXIES is not set")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"database_url": ""}, "PCF_GATEWAY_DATABASE_URL is not set; production needs a database of the keys."),
        ({"key_pepper": ""}, "PCF_GATEWAY_KEY_PEPPER is not set; production needs one."),
        ({"key_pepper": "short"}, "PCF_GATEWAY_KEY_PEPPER has fewer than 32 characters."),
        (
            {"oidc_issuer": "https://login.example", "oidc_jwks_url": "https://login.example/keys"},
            "PCF_GATEWAY_OIDC_AUDIENCE is not set, but PCF_GATEWAY_OIDC_ISSUER is.",
        ),
        (
            {"oidc_issuer": "i", "oidc_audience": "a", "oidc_jwks_url": "http://login.example/keys"},
            "PCF_GATEWAY_OIDC_JWKS_URL must begin with https://.",
        ),
    ],
)
def test_what_authentication_needs_is_asked_for(changes: dict[str, str], problem: str):
    assert [problem] == GatewaySettings.model_validate({**SAFE, **changes}).problems()


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_algorithms_without_public_keys_cannot_be_allowed(algorithm: str):
    with pytest.raises(ValueError, match="oidc_algorithms"):
        GatewaySettings.model_validate({"oidc_algorithms": [algorithm]})


def test_secrets_are_masked():
    shown = str(GatewaySettings.model_validate(SAFE).describe())

    assert "p" * 32 not in shown
    assert "gateway@db" not in shown


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"redis_url": "http://h"}, "PCF_GATEWAY_REDIS_URL: a Redis URL begins with"),
        ({"limits": "/nowhere/limits.yaml"}, "PCF_GATEWAY_LIMITS: /nowhere/limits.yaml cannot be read"),
        ({"cors_origins": ("*",)}, "PCF_GATEWAY_CORS_ORIGINS holds '*'"),
        (
            {"cors_origins": ("http://a.example",)},
            "PCF_GATEWAY_CORS_ORIGINS holds 'http://a.example', which production",
        ),
    ],
)
def test_limits_and_origins_that_cannot_be_used_are_named(changed: dict[str, object], said: str):
    (problem,) = GatewaySettings.model_validate({**SAFE, **changed}).problems()

    assert problem.startswith(said)


def test_other_origins_need_authentication():
    (problem,) = GatewaySettings(cors_origins=("https://a.example",)).problems()

    assert problem.startswith("PCF_GATEWAY_CORS_ORIGINS is set, but PCF_GATEWAY_AUTH is off")


@pytest.mark.parametrize(
    ("environment", "hsts_s"), [("development", 0), ("staging", 31_536_000), ("production", 31_536_000)]
)
def test_browsers_are_told_to_come_by_tls_outside_development(environment: str, hsts_s: int):
    assert hsts_s == GatewaySettings.model_validate({"PCF_ENV": environment}).hsts_s
