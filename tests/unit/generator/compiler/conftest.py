"""The compilers that `make compilers` installs, and small controls to compile."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from pcf_generator.compiler.compile import NativeCompiler
from pcf_generator.compiler.toolchain import NoToolchain, Toolchain, find_toolchain
from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.manifest.types import manifest_types

from tests.servers.programs import MissingProgramError

ROOT = Path(__file__).parents[4]
MANIFEST = """\
<manifest>
  <control namespace="Acme.Controls" constructor="Dial" version="1.0.0" display-name-key="Dial" control-type="{kind}">
    <property name="value" display-name-key="value" of-type="Whole.None" usage="bound" />
    <resources><code path="index.ts" order="1" />{libraries}</resources>
  </control>
</manifest>
"""
CODE = """\
import { IInputs, IOutputs } from "./generated/ManifestTypes";

export class Dial implements ComponentFramework.StandardControl<IInputs, IOutputs> {
    private value = 0;
    public init(context: ComponentFramework.Context<IInputs>): void {
        this.updateView(context);
    }
    public updateView(context: ComponentFramework.Context<IInputs>): void {
        this.value = context.parameters.value.raw ?? 0;
    }
    public getOutputs(): IOutputs {
        return { value: this.value };
    }
    public destroy(): void {}
}
"""


def dial(
    files: Mapping[str, str] | None = None, *, before: str = "", after: str = "", kind="standard", libraries=""
) -> SourceTree:
    """A control, with more code around it and more files beside it; a file that is given replaces its own."""
    manifest = MANIFEST.format(kind=kind, libraries=libraries)
    code = f"{before}{CODE}{after}"
    texts = {"Dial/ControlManifest.Input.xml": manifest, "Dial/index.ts": code, **(files or {})}
    return SourceTree(tuple(SourceFile(path, text) for path, text in sorted(texts.items())))


@pytest.fixture(scope="session")
def control() -> Callable[..., SourceTree]:
    return dial


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    found = find_toolchain(ROOT / ".compilers")
    if isinstance(found, NoToolchain):
        raise MissingProgramError("there are no compilers on this machine; get them with: make compilers")
    return found


@pytest.fixture(scope="session")
def compiler_with(toolchain) -> Callable[..., NativeCompiler]:
    """A compiler with settings of the test's own."""

    def made(**settings) -> NativeCompiler:
        return NativeCompiler(**{"toolchain": toolchain, "manifest_types": manifest_types, **settings})

    return made


@pytest.fixture(scope="session")
def golden() -> Mapping[str, SourceTree]:
    """The golden source trees, by case."""
    return {folder.parent.name: _tree(folder) for folder in sorted((ROOT / "tests" / "golden").glob("*/expected"))}


def _tree(folder: Path) -> SourceTree:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return SourceTree(tuple(SourceFile(p.relative_to(folder).as_posix(), p.read_bytes().decode()) for p in paths))
