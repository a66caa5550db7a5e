"""The files that Envoy gets in a cluster are those of deploy/envoy, and Envoy takes them."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart import charts
from tests.edge import shipped
from tests.edge.mounted import EdgeCertificate, ServiceCertificate
from tests.servers.programs import envoy
from tests.servers.service_certificates import Authority


@pytest.mark.parametrize("values", [{}, {"edge": {"trustedHops": 2}}], ids=["in front", "behind proxies"])
def test_envoy_takes_the_edge(values: dict[str, Any], tmp_path: Path):
    EdgeCertificate(tmp_path / "tls")

    assert "" == _faults(_file("edge.yaml", values), tmp_path, tmp_path)


def test_envoy_takes_the_balancer(tmp_path: Path):
    beside = ServiceCertificate(tmp_path / "service", Authority(), "gateway")

    assert "" == _faults(_file("internal.yaml", {"trustDomain": "controls.example.com"}), beside.secrets, tmp_path)


def test_behind_proxies_the_clients_address_is_theirs_to_tell():
    file = _file("edge.yaml", {"edge": {"trustedHops": 2}})

    assert [2, 2, 2] == list(shipped.all_of(file, "xff_num_trusted_hops"))
    assert "x-forwarded-for" not in list(shipped.all_of(file, "remove"))
    assert "x-forwarded-for" in list(shipped.all_of(_file("edge.yaml", {}), "remove"))


def test_nothing_but_names_differs_from_what_is_tested():
    ours, shipped_file = _file("internal.yaml", {}), shipped.load("internal.yaml")

    for cluster in ours["static_resources"]["clusters"]:
        if cluster["name"] != "own":
            _address(cluster)["address"] = cluster["name"]
    assert shipped_file == ours


def test_in_another_trust_domain_only_its_services_are_called():
    file = _file("internal.yaml", {"trustDomain": "controls.example.com"})

    names = [each["exact"] for each in shipped.all_of(file, "matcher")]
    assert [f"spiffe://controls.example.com/{service}" for service in ("generator", "brain", "audit")] == names
    assert "pcf-builder/" not in yaml.safe_dump(file)


def test_a_service_elsewhere_is_called_there():
    file = _file("internal.yaml", {"brain": {"enabled": False, "host": "brain-headless.knowledge"}})

    found = {cluster["name"]: _address(cluster)["address"] for cluster in file["static_resources"]["clusters"]}
    assert "brain-headless.knowledge" == found["brain"]
    assert "it-pcf-builder-audit-headless" == found["audit"]


def _file(name: str, values: dict[str, Any]) -> dict[str, Any]:
    manifests = charts.render("values-production.yaml", values=values)
    (text,) = (each["data"][name] for each in manifests if each["kind"] == "ConfigMap" and name in each["data"])
    document: dict[str, Any] = yaml.safe_load(text)
    return document


def _address(cluster: dict[str, Any]) -> dict[str, Any]:
    (group,) = cluster["load_assignment"]["endpoints"]
    (endpoint,) = group["lb_endpoints"]
    address: dict[str, Any] = endpoint["endpoint"]["address"]["socket_address"]
    return address


def _faults(configuration: dict[str, Any], secrets: Path, folder: Path) -> str:
    shipped.with_secrets(configuration, secrets)
    file = folder / "envoy.yaml"
    file.write_text(yaml.safe_dump(configuration))
    line = [envoy(), "--mode", "validate", "-c", file, "-l", "warning"]
    return subprocess.run(line, capture_output=True, text=True, check=False, timeout=60).stderr[-2_000:]
