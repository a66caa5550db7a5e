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
