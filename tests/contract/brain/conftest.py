"""A real server with the small brain, its parts in reach of the tests."""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pcf.brain.v1 import brain_pb2_grpc
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.adapters.memory_cache import MemoryCache
from pcf_brain.domain.budget import Budget
from pcf_brain.library import Library
from pcf_brain.metrics import BrainMetrics
from pcf_brain.router import Router
from pcf_brain.servicer import BrainServicer, rpc
from pcf_brain.shelf import Shelf
from pcf_runtime.health import Readiness
from pcf_runtime.testing import serving
from prometheus_client import CollectorRegistry

_TESTS = Path(__file__).parents[2]
_OWN_SCHEMAS = ("capability", "strings", "examples", "rule")


@dataclass(frozen=True, slots=True)
class Served:
    """A brain that is being served."""

    folder: Path
    library: Library
    client: Any
    readiness: Readiness

    async def publish(self, version: str) -> str:
        """Make another release current, and tell its name."""
        (self.folder / "release.yaml").write_text(f'version: "{version}"\n')
        await self.library.refresh()
        return self.library.current().release.name


@pytest.fixture
def brain(tmp_path: Path) -> Path:
    folder = tmp_path / "brain"
    shutil.copytree(_TESTS / "unit/brain/small", folder)
    for name in _OWN_SCHEMAS:
        shutil.copy(_TESTS.parent / f"ai-brain/schemas/{name}.schema.json", folder / "schemas")
    return folder


@pytest.fixture
def budget() -> Budget:
    """The routers' own budget; a test that needs another overrides this."""
    return Budget()


@pytest.fixture
async def served(brain: Path, budget: Budget) -> AsyncIterator[Served]:
    metrics = BrainMetrics(CollectorRegistry())
    library = Library(FolderStore(brain), now=_now, kept=2)
    await library.refresh()
    shelf = Shelf(MemoryCache(limit_bytes=1_000_000), metrics=metrics)
    readiness = Readiness()
    router = Router(shelf, metrics=metrics, budget=budget)
    servicer = BrainServicer(library, router, shelf, draining=readiness.draining)
    async with serving([rpc(servicer)], domain="brain.pcf", readiness=readiness) as server:
        yield Served(brain, library, brain_pb2_grpc.BrainServiceStub(server.channel), readiness)


@pytest.fixture
def client(served: Served) -> Any:
    return served.client


@pytest.fixture
def publish(served: Served) -> Callable[[str], Any]:
    return served.publish


def _now() -> datetime:
    return datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
