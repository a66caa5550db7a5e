"""The light stack comes up, does the main job through Envoy over TLS, and goes down.

Where no registry is reached, images of others are stood in for.
"""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.compose.composing import FILE, HERE, ROOT, compose
from tests.images.containers import Engine
from tests.servers.processes import Process
from tests.servers.programs import envoy

_POSSIBLE = ROOT / "tests/images/possible.sh"
_STAND_INS = {
    "postgres": "docker.io/library/postgres:17.6",
    "redis": "docker.io/library/redis:7.4.5",
    "envoy": "docker.io/envoyproxy/envoy:distroless-v1.40.0",
}
_UP_S = 180.0
_URL = "https://localhost:8443"


@pytest.fixture(scope="module")
def engine() -> Engine:
    if said := subprocess.run(["sh", _POSSIBLE], capture_output=True, text=True, check=False).stdout:
        pytest.skip(f"containers do not run here: {said.strip()}")
    made = Engine(Path(os.environ.get("PCF_CONTAINERS", ROOT / ".tools/containers")))
    made.prepare()
    for service in ("gateway", "generator", "brain", "audit"):
        made.build(service, f"docker.io/library/pcf-{service}:local")
    return made


@pytest.fixture(scope="module")
def stand_ins(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Images of others, as near as Debian and PyPI have them, under the names that the file asks for."""
    folder = tmp_path_factory.mktemp("images")
    for file in (Path(__file__).parent / "images").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    # The program itself: what is in `bin` starts it.
    (program,) = envoy().parents[1].glob("lib/python*/site-packages/envoy/_bin/envoy")
    (folder / "envoy").write_bytes(program.read_bytes())
    (folder / "envoy").chmod(0o755)
    for name, image in _STAND_INS.items():
        line = ("buildah", "build", "--quiet", "--network=host", "--layers", "--file", f"{folder}/{name}.Dockerfile")
        engine.run(*line, "--tag", image, str(folder), within_s=600)


@pytest.fixture(scope="module")
def socket(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Docker's Compose finds an engine: podman's."""
    path = tmp_path_factory.mktemp("podman") / "podman.sock"
    environment = {
        "CONTAINERS_STORAGE_CONF": str(engine.folder / "storage.conf"),
        "CONTAINERS_CONF": str(engine.folder / "containers.conf"),
    }
    line = (shutil.which("podman") or "podman", "system", "service", "--time=0", f"unix://{path}")
    server = Process(*line, log=path.with_suffix(".log"), environment=environment)
    server.wait_until(path.exists)
    stopping = threading.Event()
    # There is no systemd whose timers would ask.
    asking = threading.Thread(target=_ask_all, args=(engine, stopping))
    asking.start()
    yield f"unix://{path}"
    stopping.set()
    asking.join()
    server.stop()


@pytest.fixture
def up(socket: str, stand_ins: None, secrets: Path) -> Iterator[dict[str, str]]:
    """The variables that commands to the running stack take."""
    environment = {"DOCKER_HOST": socket}
    files = (FILE, HERE)
    try:
        compose(
            "up",
            "--detach",
            "--no-build",
            "--wait",
            "--quiet-pull",
            files=files,
            environment=environment,
            within_s=_UP_S,
        )
        yield environment
    finally:
        compose("down", "--volumes", "--timeout", "20", files=files, environment=environment, within_s=120)


def test_the_main_job_is_done_through_envoy(up: dict[str, str], engine: Engine, secrets: Path):
    pid = engine.run("podman", "inspect", "--format={{.State.Pid}}", "pcf-builder-net-1")
    made = ("/bin/python", "-m", "pcf_gateway", "keys", "create", "--admin", "--tenant", "contoso")
    admin = _key(engine.run("podman", "exec", "pcf-builder-gateway-1", *made))
    scopes = [f"--scope={scope}" for scope in ("builds:read", "builds:write", "audit:read")]
    inside = ("nsenter", f"--net=/proc/{pid}/ns/net", sys.executable, "-m", "pcf_cli")
    trusted = {**os.environ, "SSL_CERT_FILE": str(secrets / "edge/ca.crt"), "PCF_URL": _URL}
    key = _key(_said(*inside, "keys", "create", "--name", "smoke", *scopes, environment=trusted | {"PCF_KEY": admin}))

    said = _said(*inside, "smoke", "--timeout", "120", environment=trusted | {"PCF_KEY": key})

    print(said)
    states = compose("ps", "--all", "--format", "{{.Service}} {{.ExitCode}}", files=(FILE, HERE), environment=up)
    assert {"0"} == {line.split()[1] for line in states.splitlines() if line}


def test_nothing_is_left(socket: str, engine: Engine):
    assert "" == engine.run(
        "podman", "ps", "--all", "--quiet", "--filter", "label=com.docker.compose.project=pcf-builder"
    )


def _said(*line: str, environment: dict[str, str]) -> str:
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False, timeout=180)
    assert 0 == done.returncode, done.stdout + done.stderr
    return done.stdout


def _key(said: str) -> str:
    found = re.search(r"pcfb_\S+", said)
    assert found, said
    return found[0]


def _ask_all(engine: Engine, stopping: threading.Event) -> None:
    while not stopping.wait(1.0):
        for each in engine.run("podman", "ps", "--quiet", check=False).splitlines():
            with suppress(subprocess.TimeoutExpired):
                engine.run("podman", "healthcheck", "run", each, check=False, within_s=10)
