"""What pcf-scripts makes of a project, kept between runs."""

import fcntl
import hashlib
import shutil
import tempfile
from pathlib import Path

from tests.behaviour.controls import ROOT, Control, load
from tests.judge import pcf_scripts
from tests.judge.pcf_scripts import Project

BUILT = ROOT / ".tools" / "behaviour"


def build(project: Project, npm: str) -> Control:
    """Compile a project as a maker's machine does; the same source is compiled once."""
    BUILT.mkdir(parents=True, exist_ok=True)
    kept = BUILT / _digest(project)
    with (BUILT / f"{kept.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_dir():
            _build(project, npm, kept)
    return load(kept, maker="Microsoft's")


def _build(project: Project, npm: str, kept: Path) -> None:
    pcf_scripts.install(npm, project)
    program = project.folder / "node_modules" / ".bin" / "pcf-scripts"
    done = project.run(str(program), "build", "--buildMode", "production", "--skipBuildLinting", "true")
    # The exit code says nothing: pcf-scripts leaves 0 behind whatever failed.
    assert "Succeeded" in done.stdout, done.stdout
    # Complete or not there at all: a run may be broken off.
    with tempfile.TemporaryDirectory(dir=BUILT) as folder:
        shutil.copytree(project.output, Path(folder) / "built")
        (Path(folder) / "built").rename(kept)


def _digest(project: Project) -> str:
    """Name what pcf-scripts reads of a project."""
    digest = hashlib.sha256()
    for name in ("package.json", "pcfconfig.json", "tsconfig.json", f"{project.name}/**/*"):
        for path in sorted(project.folder.glob(name)):
            if path.is_file():
                digest.update(f"{path.relative_to(project.folder)}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:32]
