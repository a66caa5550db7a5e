"""What is installed is found, or named when it is missing, of another version, or broken."""

import json
import shutil
from pathlib import Path

import pytest
from pcf_generator.compiler.toolchain import PINNED, NoToolchain, Toolchain, find_toolchain

LISTED = Path(__file__).parents[4] / "requirements" / "compilers"


@pytest.fixture
def folder(toolchain, tmp_path):
    """A copy of what is installed; the programs are links."""
    modules = toolchain.types.parent
    for program in (toolchain.tsc, toolchain.esbuild):
        copy = tmp_path / "node_modules" / program.relative_to(modules)
        copy.parent.mkdir(parents=True)
        copy.symlink_to(program)
        shutil.copy(program.parents[1] / "package.json", copy.parents[1])
    for name in ("powerapps-component-framework", "react"):
        shutil.copytree(toolchain.types / name, tmp_path / "node_modules" / "@types" / name)
    return tmp_path


def place(toolchain, folder, program):
    return folder / "node_modules" / program.relative_to(toolchain.types.parent)


def test_finds_all_of_it(folder):
    found = find_toolchain(folder)
    assert isinstance(found, Toolchain)
    assert PINNED == found.versions


def test_the_versions_are_those_that_are_installed():
    wanted = json.loads((LISTED / "package.json").read_text())["dependencies"]
    assert (PINNED.typescript, PINNED.esbuild) == (wanted["typescript"], wanted["esbuild"])
    assert PINNED.typings == wanted["@types/powerapps-component-framework"]


def test_the_lock_has_hashes_and_no_address():
    lock = (LISTED / "package-lock.json").read_text()
    packages = [package for path, package in json.loads(lock)["packages"].items() if path]
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert "://" not in lock


def test_no_folder(tmp_path):
    assert NoToolchain(f"there is no {tmp_path / 'x'}; `make compilers` makes it") == find_toolchain(tmp_path / "x")


def test_an_empty_folder(tmp_path):
    assert NoToolchain("TypeScript is not installed; `make compilers` mends it") == find_toolchain(tmp_path)


def test_a_program_that_is_gone(toolchain, folder):
    place(toolchain, folder, toolchain.esbuild).unlink()
    assert "the program of esbuild is missing or cannot be executed" in find_toolchain(folder).reason


def test_a_program_that_may_not_be_executed(toolchain, folder):
    program = place(toolchain, folder, toolchain.tsc)
    program.unlink()
    program.write_bytes(b"")
    assert "the program of TypeScript is missing or cannot be executed" in find_toolchain(folder).reason


@pytest.mark.parametrize("content", [b"\x7fELF broken", b"", b"#!/no/such/program\n", b"#!/bin/sh\nexit 3\n"])
def test_a_broken_program(toolchain, folder, content):
    program = place(toolchain, folder, toolchain.tsc)
    program.unlink()
    program.write_bytes(content)
    program.chmod(0o700)
    assert "the program of TypeScript does not run" in find_toolchain(folder).reason


def test_another_version(toolchain, folder):
    package = place(toolchain, folder, toolchain.esbuild).parents[1] / "package.json"
    package.write_text(package.read_text().replace(PINNED.esbuild, "0.25.8"))
    assert f"esbuild is 0.25.8 and not {PINNED.esbuild}" in find_toolchain(folder).reason


def test_a_program_of_another_version_than_its_package_says(toolchain, folder):
    program = place(toolchain, folder, toolchain.esbuild)
    program.unlink()
    program.write_text("#!/bin/sh\necho 0.1.0\n")
    program.chmod(0o700)
    assert f"esbuild is 0.1.0 and not {PINNED.esbuild}" in find_toolchain(folder).reason


@pytest.mark.parametrize("name", ["powerapps-component-framework", "react"])
def test_typings_that_are_gone(folder, name):
    shutil.rmtree(folder / "node_modules" / "@types" / name)
    assert f"@types/{name} is not installed" in find_toolchain(folder).reason
