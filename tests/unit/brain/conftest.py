"""A small brain on disk, and what tests do with it."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pcf_brain.adapters.folder_depot import FolderDepot
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.domain.manifest import list_files, sha256, write_manifest
from pcf_brain.domain.pointer import Pointer
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.domain.statement import Statement
from pcf_brain.loader import LoadedRelease, load
from pcf_brain.metrics import BrainMetrics
from pcf_brain.trust import Signer, Trust, signed
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


@dataclass(frozen=True, slots=True)
class Press:
    """Lays anything into a folder depot, sound or not, signed with the trusted key."""

    root: Path
    signer: Signer

    @property
    def depot(self) -> FolderDepot:
        return FolderDepot(self.root)

    @property
    def trust(self) -> Trust:
        return Trust((self.signer.verifier,))

    def lay(self, key: str, content: bytes) -> Path:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def release(self, folder: Path, **changes: bytes | None) -> str:
        """A release of a folder's files; of a change, `manifest` and `note` are laid down as they are given."""
        contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}
        for content in contents.values():
            self.lay(f"files/{sha256(content)}", content)
        manifest = changes.get("manifest") or write_manifest(list_files(contents))
        digest = sha256(manifest)
        self.lay(f"releases/{digest}/manifest", manifest)
        note = changes.get("note", self.note(manifest, contents))
        self.lay(f"releases/{digest}/note", note or b"")
        if note is None:
            (self.root / f"releases/{digest}/note").unlink()
        return digest

    def note(self, manifest: bytes, contents: Mapping[str, bytes], *, signer: Signer | None = None) -> bytes:
        size_bytes, made = sum(map(len, contents.values())), datetime(2026, 1, 1, tzinfo=UTC)
        statement = Statement("1", sha256(manifest), len(contents), size_bytes, made)
        return signed(statement, signer or self.signer)

    def point(self, digest: str, *, sequence: int = 1, before: tuple[str, ...] = ()) -> None:
        self.lay("current", Pointer(digest, sequence, before).written())


@pytest.fixture
def press(tmp_path: Path) -> Press:
    return Press(tmp_path / "depot", Signer.generate("brain.test"))


@pytest.fixture
def second(tmp_path: Path, press: Press) -> Press:
    """Another region, with the same key."""
    return Press(tmp_path / "second", press.signer)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> BrainMetrics:
    return BrainMetrics(registry)


async def _load(folder: Path) -> LoadedRelease:
    snapshot = await FolderStore(folder).open()
    return await load(snapshot, now=lambda: datetime(2026, 1, 1, tzinfo=UTC))
