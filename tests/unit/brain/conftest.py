"""A small brain on disk, and what tests do with it."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.loader import LoadedRelease, load
from pcf_brain.metrics import BrainMetrics
from prometheus_client import CollectorRegistry

_OWN_SCHEMAS = ("capability", "strings", "examples", "rule")
_REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def brain(tmp_path: Path) -> Path:
    """A folder that makes a release, to be changed at will."""
    folder = tmp_path / "brain"
    shutil.copytree(Path(__file__).parent / "small", folder)
    for name in _OWN_SCHEMAS:
        shutil.copy(_REPOSITORY / f"ai-brain/schemas/{name}.schema.json", folder / "schemas")
    return folder


@pytest.fixture
def edit(brain: Path) -> Callable[[str, str, str], None]:
    """Replace a text that stands in a file once."""

    def replace(path: str, old: str, new: str) -> None:
        text = (brain / path).read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands in {path} {text.count(old)} times"
        (brain / path).write_text(text.replace(old, new), "utf-8")

    return replace


@pytest.fixture
def problems(brain: Path) -> Callable[[], list[str]]:
    """What is wrong with the folder, as it is told."""

    async def find() -> list[str]:
        try:
            await _load(brain)
        except BrokenReleaseError as error:
            return [str(problem) for problem in error.problems]
        return []

    return lambda: asyncio.run(find())


@pytest.fixture
async def loaded(brain: Path) -> LoadedRelease:
    """The small brain as a release."""
    return await _load(brain)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> BrainMetrics:
    return BrainMetrics(registry)


async def _load(folder: Path) -> LoadedRelease:
    snapshot = await FolderStore(folder).open()
    return await load(snapshot, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
