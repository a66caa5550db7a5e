"""What is shipped is what Envoy takes, and nothing in it is about to go."""

import subprocess
from pathlib import Path

import pytest
import yaml

from tests.edge import shipped
from tests.edge.mounted import EdgeCertificate, ServiceCertificate
from tests.servers.programs import envoy
from tests.servers.service_certificates import Authority


@pytest.mark.parametrize("name", ["edge.yaml", "internal.yaml"])
def test_envoy_takes_it_without_a_warning(name: str, tmp_path: Path):
    EdgeCertificate(tmp_path / "tls")
    configuration = shipped.load(name)
    beside = ServiceCertificate(tmp_path / "service", Authority(), "gateway")
    shipped.with_secrets(configuration, tmp_path if name == "edge.yaml" else beside.secrets)
    file = tmp_path / name
    file.write_text(yaml.safe_dump(configuration))

    line = [envoy(), "--mode", "validate", "-c", file, "-l", "warning"]
    said = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)

    assert (0, "") == (said.returncode, said.stderr[-2_000:])


@pytest.mark.parametrize("name", ["edge.yaml", "internal.yaml"])
def test_the_administration_listens_on_loopback(name: str):
    address = shipped.load(name)["admin"]["address"]["socket_address"]["address"]

    assert "127.0.0.1" == address
