"""What is shipped is what Envoy takes, and nothing in it is about to go."""

import subprocess
from pathlib import Path

import pytest

from tests.edge import shipped
from tests.edge.mounted import Mounted
from tests.servers.programs import envoy


@pytest.mark.parametrize("name", ["edge.yaml", "internal.yaml"])
def test_envoy_takes_it_without_a_warning(name: str, tmp_path: Path):
    text = (shipped.FOLDER / name).read_text()
    secret = Mounted(tmp_path / "tls").secret
    file = tmp_path / name
    file.write_text(text.replace("/etc/envoy/certificate.yaml", str(secret)))

    line = [envoy(), "--mode", "validate", "-c", file, "-l", "warning"]
    said = subprocess.run(line, capture_output=True, text=True, check=False, timeout=60)

    assert (0, "") == (said.returncode, said.stderr[-2_000:])


@pytest.mark.parametrize("name", ["edge.yaml", "internal.yaml"])
def test_the_administration_listens_on_loopback(name: str):
    address = shipped.load(name)["admin"]["address"]["socket_address"]["address"]

    assert "127.0.0.1" == address
