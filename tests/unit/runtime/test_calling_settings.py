"""Production calls and serves without TLS on loopback only."""

from pathlib import Path
from typing import Any

import pytest
from pcf_runtime.calling_settings import CallingSettings
from pydantic_settings import SettingsConfigDict

from tests.servers.service_certificates import Authority

ANYWHERE = "0.0.0.0"  # noqa: S104 - never listened on


class DemoSettings(CallingSettings):
    model_config = SettingsConfigDict(env_prefix="PCF_DEMO_")
    brain_target: str = "127.0.0.1:1"


def problems(**values: Any) -> list[str]:
    return DemoSettings(**{"environment": "production", **values}).problems()


@pytest.fixture
def certificate(tmp_path: Path) -> dict[str, str]:
    return Authority().write(tmp_path / "demo", "demo").settings


def test_loopback_needs_no_certificate():
    assert [] == problems()


def test_other_addresses_do():
    serving = (
        "PCF_DEMO_TLS_CERTIFICATE is not set and PCF_DEMO_HOST is 0.0.0.0: "
        "production serves without TLS on loopback only."
    )
    calling = (
        "PCF_DEMO_BRAIN_TARGET is not on loopback and is called without TLS, which production does not allow: "
        "set PCF_DEMO_TLS_CERTIFICATE."
    )
    assert [serving, calling] == problems(host=ANYWHERE, brain_target="brain:50052")
    assert [] == problems(environment="staging", host=ANYWHERE, brain_target="brain:50052")


def test_with_a_certificate_all_is_well(certificate: dict[str, str]):
    assert [] == problems(host=ANYWHERE, brain_target="brain:50052", **certificate)
    assert 1 == len(problems(brain_target="brain:50052", tls_targets=False, **certificate))


def test_a_certificate_is_three_files_or_none(certificate: dict[str, str]):
    names = "PCF_DEMO_TLS_CERTIFICATE, PCF_DEMO_TLS_KEY and PCF_DEMO_TLS_AUTHORITY"
    assert [f"{names} are set all or none."] == problems(tls_key=certificate["tls_key"])


def test_a_certificate_of_another_trust_domain_is_named(certificate: dict[str, str]):
    expected = "PCF_DEMO_TLS_CERTIFICATE cannot be used: the certificate is not for spiffe://elsewhere/demo."
    assert [expected] == problems(trust_domain="elsewhere", **certificate)
