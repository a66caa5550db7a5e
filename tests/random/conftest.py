"""The repository's brain and compilers, a browser, and a seed that a failure prints."""

import os
from collections.abc import Iterator

import pytest
from pcf_generator.compiler.compile import NativeCompiler
from pcf_generator.compiler.toolchain import Toolchain, find_toolchain
from pcf_generator.manifest.types import manifest_types
from playwright.sync_api import Browser

from tests.behaviour.browser import chromium
from tests.behaviour.controls import ROOT
from tests.unit.generator.doubles.knowledge import RepositoryKnowledge, read_release

SEED = int(os.environ.get("SEED") or 20261126)
COUNT = int(os.environ.get("COUNT") or 500)
BATCH = 20


def pytest_report_header() -> str:
    return f"seed {SEED}: make test-random SEED={SEED} COUNT={COUNT}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "batch" in metafunc.fixturenames:
        metafunc.parametrize("batch", range(-(-COUNT // BATCH)))


@pytest.fixture(scope="session")
def knowledge() -> RepositoryKnowledge:
    return read_release(ROOT / "ai-brain")


@pytest.fixture(scope="session")
def compiler() -> NativeCompiler:
    found = find_toolchain(ROOT / ".compilers")
    assert isinstance(found, Toolchain), found
    return NativeCompiler(found, manifest_types=manifest_types)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started
