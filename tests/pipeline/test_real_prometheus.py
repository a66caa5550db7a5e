"""The watch against the real Prometheus: its answers are read as it writes them."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from deploy.monitoring.prometheus.slo import SLOS
from deploy.pipeline.watch_slo import Prometheus, Unknown, watch
from tests.monitoring.programs import program
from tests.servers.ports import free_port
from tests.servers.processes import Process


@contextmanager
def _prometheus(folder: Path, series: str) -> Iterator[Prometheus]:
    """One that holds these samples, of this minute."""
    samples = folder / "samples.txt"
    samples.write_text(f"{series}# EOF\n")
    data, configuration = folder / "data", folder / "prometheus.yml"
    create = (program("promtool"), "tsdb", "create-blocks-from", "openmetrics", samples, data)
    subprocess.run(create, check=True, capture_output=True, timeout=60)
    configuration.write_text("global: {}\n")
    port = free_port()
    process = Process(
        program("prometheus"),
        f"--config.file={configuration}",
        f"--storage.tsdb.path={data}",
        f"--web.listen-address=127.0.0.1:{port}",
        log=folder / "log",
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            process.wait_until(lambda: _is_ready(http))
            yield Prometheus(http)
    finally:
        process.kill()


def _is_ready(http: httpx.Client) -> bool:
    try:
        return http.get("/-/ready").is_success
    except httpx.HTTPError:
        return False


def _moment_ago() -> int:
    """Samples of a moment that is not over yet are not seen."""
    return int(time.time()) - 1


def _ratios(ratio: str) -> str:
    return "".join(f'slo:errors:ratio_rate5m{{slo="{slo.name}"}} {ratio} {_moment_ago()}\n' for slo in SLOS)


def _watched(prometheus: Prometheus) -> int:
    return watch(prometheus, seconds=0, every_s=1)


@pytest.mark.parametrize(("ratio", "code"), [("0", 0), ("NaN", 0), ("0.5", 1)])
def test_it_reads_ratios(tmp_path: Path, ratio: str, code: int):
    with _prometheus(tmp_path, _ratios(ratio)) as prometheus:
        assert code == _watched(prometheus)


def test_it_reads_pages(tmp_path: Path):
    page = f'ALERTS{{alertname="ServiceDown",alertstate="firing",severity="page"}} 1 {_moment_ago()}\n'

    with _prometheus(tmp_path, _ratios("0") + page) as prometheus:
        assert ["ServiceDown"] == prometheus.look().pages
        assert 1 == _watched(prometheus)


def test_it_does_not_take_silence_for_a_good_sign(tmp_path: Path):
    with _prometheus(tmp_path, f'up{{job="gateway"}} 1 {_moment_ago()}\n') as prometheus, pytest.raises(Unknown):
        prometheus.look()
