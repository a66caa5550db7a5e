"""podman and buildah as they work without a Docker engine, systemd or more rights than a container's root has."""

import json
import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

__all__ = ["Container", "Engine"]

_ROOT = Path(__file__).parents[2]
_STORAGE = '[storage]\ndriver = "{driver}"\nrunroot = "{folder}/run"\ngraphroot = "{folder}/graph"\n'
_CONTAINERS = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "host"
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
# As little as Kubernetes is told to give.
_HARDENED = (
    "--read-only",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    "--pids-limit=200",
    "--network=host",
    "--no-healthcheck",
)
_BUILD_S, _START_S, _STOP_S = 900.0, 30.0, 20.0
_PAUSE_S = 0.02
_ALIVE = "import os, sys; from pcf_runtime.probe import is_alive; print(is_alive(int(os.environ[sys.argv[1]])))"


@dataclass(frozen=True, slots=True)
class Engine:
    """Keeps its images in a folder of its own."""

    folder: Path

    def prepare(self) -> None:
        """Write its configuration, and get the image that others are built on."""
        self.folder.mkdir(parents=True, exist_ok=True)
        # Layers cannot lie over layers: in a container's own root they are copied, which is slow.
        lies_on = self.run("stat", "--file-system", "--format=%T", str(self.folder))
        driver = "vfs" if lies_on == "overlayfs" else "overlay"
        (self.folder / "storage.conf").write_text(_STORAGE.format(driver=driver, folder=self.folder))
        (self.folder / "containers.conf").write_text(_CONTAINERS)
        self.run("sh", str(Path(__file__).with_name("prepare.sh")), within_s=_BUILD_S)

    def build(self, service: str, tag: str, *, anew: bool = False) -> str:
        """The image's id."""
        options = ["--no-cache"] if anew else ["--layers"]
        target = ["--target", service, "--build-arg", f"SERVICE={service}"]
        line = ["buildah", "build", "--quiet", "--network=host", "--timestamp=0", *options, *target, "--tag", tag, "."]
        return self.run(*line, within_s=_BUILD_S).splitlines()[-1]

    def inspect(self, image: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("podman", "image", "inspect", image))[0]
        return found

    def run(self, *line: str, within_s: float = 60.0, check: bool = True) -> str:
        """What a command says. RuntimeError with its words when it fails."""
        environment = os.environ | {
            "CONTAINERS_STORAGE_CONF": str(self.folder / "storage.conf"),
            "CONTAINERS_CONF": str(self.folder / "containers.conf"),
            "BUILDAH_ISOLATION": "chroot",
            "BUILDAH_FORMAT": "docker",
        }
        done = subprocess.run(
            line, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False, timeout=within_s
        )
        if check and done.returncode:
            raise RuntimeError(f"{' '.join(line[:3])} …: {done.stdout[-1_000:]}{done.stderr[-2_000:]}")
        return done.stdout.strip() or done.stderr.strip()


@dataclass(slots=True)
class Container:
    """One, while the block lasts; with the rights that a cluster gives it."""

    engine: Engine
    image: str
    environment: Mapping[str, str]
    volumes: Sequence[str] = ()
    tmp: str = "64m"
    arguments: Sequence[str] = ()
    _id: str = field(default="", init=False)

    def __enter__(self) -> Self:
        given = [f"--env={name}={value}" for name, value in self.environment.items()]
        mounts = [f"--volume={each}" for each in self.volumes]
        tmp = f"--tmpfs=/tmp:rw,size={self.tmp},mode=1777"
        line = ["podman", "run", "--detach", *_HARDENED, tmp, *given, *mounts, self.image, *self.arguments]
        self._id = self.engine.run(*line).splitlines()[-1]
        return self

    def __exit__(self, *_: object) -> None:
        self.engine.run("podman", "rm", "--force", "--time=0", self._id, check=False)

    def execute(self, *line: str) -> str:
        return self.engine.run("podman", "exec", self._id, *line, check=False)

    def alive_after(self, variable: str) -> float:
        """Seconds until its own health check says so. TimeoutError with its log."""
        began = time.monotonic()
        while time.monotonic() - began < _START_S:
            if self.execute("/bin/python", "-c", _ALIVE, variable) == "True":
                return time.monotonic() - began
            time.sleep(_PAUSE_S)
        raise TimeoutError(self.log())

    def log(self) -> str:
        return self.engine.run("podman", "logs", self._id, check=False)[-3_000:]

    def stop(self) -> int:
        """As an orchestrator does it; what the process ended with."""
        self.engine.run("podman", "stop", f"--time={_STOP_S:.0f}", self._id, within_s=_STOP_S + 10)
        return int(self.engine.run("podman", "inspect", "--format={{.State.ExitCode}}", self._id))
