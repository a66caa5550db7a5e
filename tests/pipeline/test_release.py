"""The release workflow from the tag to the page, step by step on this machine; and one that has to be taken back."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from deploy.monitoring.prometheus.slo import SLOS
from tests.pipeline.local_runner import VERSION, Release
from tests.pipeline.programs import Programs
from tests.pipeline.served import served


class Burning:
    """A Prometheus that says whether the promises burn, from the moment that a program has been called so often."""

    def __init__(self, programs: Programs) -> None:
        self.programs = programs
        self.after_upgrades: int | None = None

    def ratio(self) -> str:
        upgrades = sum(call.startswith("helm upgrade") for call in self.programs.calls)
        return "1" if self.after_upgrades is not None and upgrades >= self.after_upgrades else "0"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        burning: Burning = self.server.burning  # type: ignore[attr-defined]
        names = [] if "ALERTS" in self.path else [slo.name for slo in SLOS]
        result = [{"metric": {"slo": name}, "value": [0, burning.ratio()]} for name in names]
        body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def prometheus(programs: Programs) -> Iterator[tuple[str, Burning]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.burning = burning = Burning(programs)  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", burning
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def release(programs: Programs, tmp_path: Path) -> Release:
    prepared = Release(tmp_path, programs)
    prepared.prepare()
    return prepared


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The product itself, for the smoke tests."""
    with served(tmp_path_factory.mktemp("product")) as address:
        yield address


def test_a_tag_goes_all_the_way(release: Release, programs: Programs, url: str, prometheus: Any):
    ran = release.run(url=url, prometheus=prometheus[0])

    assert 0 == ran.returncode, ran.stdout[-6_000:] + ran.stderr[-2_000:]
    calls = programs.calls
    made = [call.split()[1] for call in calls if call.startswith("make")]
    assert {"lint", "test", "ci"} <= set(made[:4])
    image = ["release-notes", "images", "sbom", "scan", "push", "sign"]
    deployment = ["connect", "verify-images", "watch-slo", "deploy", "smoke", "watch-slo"]
    assert [*image, *deployment, *deployment, "publish"] == made[4:]
    assert 2 == sum(call.startswith("helm upgrade") for call in calls)
    assert not [call for call in calls if call.startswith("helm rollback")]
    assert "docker push ghcr.io/" in " ".join(calls)
    assert calls[-1].startswith(f"gh release create v{VERSION} --verify-tag")
    assert 2 == ran.stdout.count("does its main job: 8 checks passed.")


def test_a_release_that_burns_the_budget_in_production_is_taken_back(
    release: Release, programs: Programs, url: str, prometheus: Any
):
    address, burning = prometheus
    burning.after_upgrades = 2

    ran = release.run(url=url, prometheus=address)

    assert 0 != ran.returncode
    assert "TAKE IT BACK" in ran.stdout
    assert ["make rollback ENVIRONMENT=production", "helm rollback pcf-builder 4"] == [
        " ".join(call.split()[:4]) if call.startswith("helm") else call for call in programs.calls if "rollback" in call
    ]
    assert "make smoke" == programs.calls[-1]
    assert not [call for call in programs.calls if call.startswith("gh release")]
