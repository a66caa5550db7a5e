"""The environment that pods get is what services take, and what they start with."""

import base64
from pathlib import Path

import pytest
from pcf_audit.settings import AuditSettings
from pcf_brain.settings import BrainSettings
from pcf_gateway.settings import GatewaySettings
from pcf_generator.settings import GeneratorSettings
from pcf_runtime.signed_note import Signer

from tests.chart import charts
from tests.chart.charts import Manifest, containers
from tests.servers.service_certificates import Authority

SETTINGS = {
    "gateway": GatewaySettings,
    "generator": GeneratorSettings,
    "brain": BrainSettings,
    "audit": AuditSettings,
}
_OWN = {"PCF_ENV", "GRPC_VERBOSITY"}
_KEY = base64.b64encode(bytes(32)).decode()
_SECRETS = {
    "DATABASE_URL": "postgresql://user:password@db:5432/pcf",
    "REDIS_URL": "redis://cache:6379/0",
    "KEY_PEPPER": "p" * 32,
    "DATA_KEY": _KEY,
    "CACHE_KEY": _KEY,
    "MASTER_KEY": _KEY,
    "SIGNING_KEY": Signer("pcf-builder.audit", bytes(32)).text,
}


def test_every_variable_is_a_setting(installed: list[Manifest]):
    for name, environment in _environments(installed).items():
        settings = SETTINGS[name]
        prefix = f"PCF_{name.upper()}_"
        known = {
            f"{prefix}{field.upper()}{kind}" for field in settings.model_fields for kind in ("", "_FILE", "_SECRET")
        }
        assert environment.keys() - _OWN <= known


@pytest.mark.parametrize("environment", charts.ENVIRONMENTS)
def test_no_service_refuses_to_start(environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    authority = Authority()
    for name, told in _environments(charts.render(*charts.ENVIRONMENTS[environment])).items():
        authority.write(tmp_path / name, name)
        with monkeypatch.context() as process:
            for variable, value in told.items():
                process.setenv(variable, _here(value, tmp_path / name))
            process.setenv("PCF_GENERATOR_COMPILERS", str(tmp_path))
            assert [] == list(SETTINGS[name]().problems()), name


def test_a_wrong_value_of_a_setting_would_be_found():
    rendered = charts.render("values-production.yaml", values={"gateway": {"settings": {"AUTH": "off"}}})

    assert "off" == _environments(rendered)["gateway"]["PCF_GATEWAY_AUTH"]


@pytest.mark.parametrize(
    ("value", "text"), [(5, "5"), (2.5, "2.5"), (10_000_000, "10000000"), (True, "true"), (["a", "b"], '["a","b"]')]
)
def test_values_arrive_as_they_are_written(value: object, text: str):
    rendered = charts.render("values-development.yaml", values={"gateway": {"settings": {"X": value}}})

    assert text == _environments(rendered)["gateway"]["PCF_GATEWAY_X"]


@pytest.mark.parametrize(("hops", "proxies"), [(0, "1"), (2, "3")])
def test_the_gateway_knows_how_many_proxies_are_in_front(hops: int, proxies: str):
    rendered = charts.render("values-production.yaml", values={"edge": {"trustedHops": hops}})

    assert proxies == _environments(rendered)["gateway"]["PCF_GATEWAY_TRUSTED_PROXIES"]


def test_what_is_said_wins():
    rendered = charts.render("values-production.yaml", values={"audit": {"settings": {"DRAIN_GRACE_S": 7}}})

    assert "7" == _environments(rendered)["audit"]["PCF_AUDIT_DRAIN_GRACE_S"]


def test_with_a_balancer_calls_go_to_it_in_clear_and_without_one_to_all_instances():
    balanced = _environments(charts.render("values-production.yaml"))["gateway"]
    direct = _environments(charts.render("values-production.yaml", values={"balancer": {"enabled": False}}))["gateway"]

    assert ("127.0.0.1:50151", "false") == (
        balanced["PCF_GATEWAY_GENERATOR_TARGET"],
        balanced["PCF_GATEWAY_TLS_TARGETS"],
    )
    assert "dns:///it-pcf-builder-generator-headless:50051" == direct["PCF_GATEWAY_GENERATOR_TARGET"]
    assert "PCF_GATEWAY_TLS_TARGETS" not in direct


def _environments(manifests: list[Manifest]) -> dict[str, dict[str, str]]:
    """Of each service's own container."""
    return {
        container["name"]: {variable["name"]: variable["value"] for variable in container["env"]}
        for each in manifests
        if each["kind"] == "Deployment"
        for container in containers(each)
        if container["name"] in SETTINGS
    }


def _here(value: str, folder: Path) -> str:
    """A file that would be mounted, of this machine; what is no file stays."""
    if value.startswith("/run/secrets/service/"):
        (folder / Path(value).name).write_text(_SECRETS[Path(value).name])
    return str(folder / Path(value).name) if value.startswith("/run/") else value
