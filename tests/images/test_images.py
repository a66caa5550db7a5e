"""All four images: small, without a shell, for a user without rights; together they do the main job behind the edge."""

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.drills.world import audit_keys
from tests.edge.proxies import Edge, edge
from tests.images.containers import Container, Engine
from tests.servers.ports import free_port
from tests.servers.processes import until

ROOT = Path(__file__).parents[2]
SERVICES = ("gateway", "generator", "brain", "audit")
_MB = 1_000_000
_MOST_MB = {"gateway": 200, "generator": 350, "brain": 200, "audit": 200}
_WHO = "import os; print(os.getuid())"
_WRITE = """
from pathlib import Path
for name in ("/x", "/app/x", "/ai-brain/x", "/tmp/x"):
    try:
        Path(name).write_text("x")
    except OSError:
        continue
    print(name)
"""
_BRAIN = f"{ROOT / 'ai-brain'}:/ai-brain:ro"


@pytest.fixture(scope="session")
def engine() -> Engine:
    made = Engine(Path(os.environ.get("PCF_CONTAINERS", ROOT / ".tools/containers")))
    made.prepare()
    return made


@pytest.fixture(scope="session")
def images(engine: Engine) -> Mapping[str, str]:
    """Their ids, by service."""
    return {service: engine.build(service, f"localhost/pcf-{service}") for service in SERVICES}


@pytest.fixture
def stack(engine: Engine, images: Mapping[str, str], tmp_path: Path) -> Iterator[tuple[Edge, dict[str, Container]]]:
    """The four of them, and Envoy in front."""
    ports = {service: free_port() for service in SERVICES}
    targets = {f"{name}_target": f"127.0.0.1:{ports[name]}" for name in ("generator", "brain", "audit")}
    settings: dict[str, dict[str, Any]] = {
        "brain": {},
        "audit": {"database": "/tmp/audit.db", **audit_keys()},  # noqa: S108 - the only place to write
        "generator": {"database": "/tmp/builds.db", "artifacts": "/tmp/artifacts", **targets},  # noqa: S108
        "gateway": targets,
    }
    del settings["generator"]["generator_target"]
    with ExitStack() as running:
        containers = {}
        for service, own in settings.items():
            given = {"port": ports[service], "metrics_port": free_port(), **own}
            environment = {f"PCF_{service.upper()}_{name.upper()}": str(value) for name, value in given.items()}
            volumes = [_BRAIN] if service == "brain" else []
            containers[service] = running.enter_context(Container(engine, images[service], environment, volumes))
            took = containers[service].alive_after(f"PCF_{service.upper()}_METRICS_PORT")
            print(f"  {service}: alive after {took:.1f} s")
        at_edge = running.enter_context(edge(tmp_path, [ports["gateway"]]))
        yield at_edge, containers


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_is_small_and_for_a_user_without_rights(engine: Engine, images: Mapping[str, str], service: str):
    told = engine.inspect(images[service])
    print(f"  {service}: {told['Size'] / _MB:.0f} MB")

    assert told["Size"] <= _MOST_MB[service] * _MB
    assert "65532:65532" == told["Config"]["User"]
    assert ["/bin/python", "-m", f"pcf_{service}"] == told["Config"]["Entrypoint"]
    assert ["CMD", "/bin/python"] == told["Healthcheck"]["Test"][:2]


@pytest.mark.parametrize("service", SERVICES)
def test_there_is_no_shell_and_no_secret_in_it(engine: Engine, images: Mapping[str, str], service: str):
    mounted = engine.run("podman", "image", "mount", images[service]).split()[-1]
    try:
        files = {str(path.relative_to(mounted)) for path in Path(mounted).rglob("*") if path.is_file()}
    finally:
        engine.run("podman", "image", "umount", images[service])

    assert not [name for name in files if Path(name).name in {"sh", "bash", "dash", "apt", "dpkg", "pip", "curl"}]
    assert not [name for name in files if name.endswith((".key", ".env", ".db")) or "/.git/" in name]
    assert f"app/pcf_{service}/__main__.py" in files


def test_together_they_do_the_main_job_behind_the_edge(stack: tuple[Edge, dict[str, Container]]):
    at_edge, containers = stack
    with httpx.Client(base_url=at_edge.url, http2=True, verify=at_edge.trusting, trust_env=False, timeout=60) as http:
        until(lambda: http.get("/v1/capabilities").status_code == 200, what="all have found each other")
        began = time.monotonic()
        build_id = http.post("/v1/builds", json={"prompt": "a slider from 0 to 77"}).json()["id"]
        until(lambda: http.get(f"/v1/builds/{build_id}").json()["state"] in ("succeeded", "failed"), what="it ends")
        build = http.get(f"/v1/builds/{build_id}").json()
        artifacts = {each["kind"]: each for each in build["result"]["artifacts"]}
        solution = http.get(artifacts["solution"]["href"]).content
    print(f"  prompt to solution: {time.monotonic() - began:.1f} s")

    assert "succeeded" == build["state"]
    assert artifacts["solution"]["sha256"] == hashlib.sha256(solution).hexdigest()
    assert {"65532"} == {each.execute("/bin/python", "-c", _WHO) for each in containers.values()}
    assert {0} == {each.stop() for each in containers.values()}


def test_nothing_but_tmp_can_be_written(stack: tuple[Edge, dict[str, Container]]):
    _, containers = stack

    assert {"/tmp/x"} == {each.execute("/bin/python", "-c", _WRITE) for each in containers.values()}  # noqa: S108


def test_a_command_of_the_service_runs_in_its_image(engine: Engine, images: Mapping[str, str]):
    hardened = ("--read-only", "--cap-drop=all", "--network=host", "--no-healthcheck", "--rm")
    told = engine.run("podman", "run", *hardened, images["generator"], "check-config")

    assert 50051 == json.loads(told)["port"]


def test_the_same_sources_give_the_same_image(engine: Engine, images: Mapping[str, str]):
    again = engine.build("audit", "localhost/pcf-audit-again", anew=True)

    assert _content(engine, images["audit"]) == _content(engine, again)


def _content(engine: Engine, image: str) -> str:
    """The hash of all files: they are one layer, whatever was kept of the stages before."""
    layers: list[str] = engine.inspect(image)["RootFS"]["Layers"]
    return layers[-1]
