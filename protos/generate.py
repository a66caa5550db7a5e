"""Generates libs/contracts from protos/: `make protos` writes, `make protos-check` compares and fails on a difference.

google/** is never generated: googleapis-common-protos brings it. Imports need no patching, since the proto
root is the package root.
"""

import filecmp
import shutil
import sys
import tempfile
from importlib.resources import files
from pathlib import Path

from grpc_tools import protoc

PROTOS = Path(__file__).parent
TARGET = PROTOS.parent / "libs/contracts/src"


def generate(out: Path) -> None:
    """Write stubs, their types and the service configurations below `out`."""
    own = sorted(str(p.relative_to(PROTOS)) for p in PROTOS.glob("pcf/**/*.proto"))
    include = [
        f"-I{PROTOS}",
        f"-I{PROTOS / 'third_party'}",
        f"-I{files('grpc_tools').joinpath('_proto')}",
    ]
    plain = [*include, f"--python_out={out}", f"--pyi_out={out}", "buf/validate/validate.proto"]
    # protoc looks for plugins on PATH, where a virtual environment that is not activated is missing.
    names = ("protoc-gen-mypy", "protoc-gen-mypy_grpc")
    plugins = [f"--plugin={name}={Path(sys.executable).with_name(name)}" for name in names]
    with_services = [*include, *plugins, f"--python_out={out}", f"--mypy_out={out}", f"--grpc_python_out={out}"]
    for arguments in (plain, [*with_services, f"--mypy_grpc_out={out}", *own]):
        if protoc.main(["protoc", *arguments]) != 0:
            sys.exit("protoc failed: see above")
    for config in PROTOS.glob("pcf/**/grpc_service_config.json"):
        shutil.copyfile(config, out / config.relative_to(PROTOS))


def tree(folder: Path) -> set[Path]:
    """Return the generated files below `folder`, relative to it."""
    return {
        p.relative_to(folder)
        for p in folder.rglob("*")
        if p.is_file() and p.suffix in {".py", ".pyi", ".json"} and "__pycache__" not in p.parts
    }


def check() -> list[str]:
    """Return the paths that differ between what is checked in and what the protos say."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder)
        generate(fresh)
        both = tree(fresh) | tree(TARGET)
        return sorted(
            str(p)
            for p in both
            if not (fresh / p).exists()
            or not (TARGET / p).exists()
            or not filecmp.cmp(fresh / p, TARGET / p, shallow=False)
        )


def main() -> None:
    """Generate, or with `--check` compare."""
    if "--check" in sys.argv:
        if different := check():
            sys.exit("generated code is not what the protos say; run `make protos`:\n  " + "\n  ".join(different))
        return
    for package in ("pcf", "buf"):
        shutil.rmtree(TARGET / package, ignore_errors=True)
    TARGET.mkdir(parents=True, exist_ok=True)
    generate(TARGET)


if __name__ == "__main__":
    main()
