"""A log in memory that grows as it is told, and an archive in memory that breaks when it is told."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from pcf_audit.domain.event import Event
from pcf_audit.export.archive import ArchiveDiffersError, ArchiveUnavailableError
from pcf_audit.export.exporter import Exporter
from pcf_audit.export.metrics import ExportMetrics
from pcf_audit.notary import Notary
from prometheus_client import CollectorRegistry

from tests.unit.audit.growing import grow
from tests.unit.audit.memory_store import MemoryStore

SEGMENT = 256


@dataclass
class MemoryArchive:
    """It may fail for some times, break after some files, hang, or not list what came this moment."""

    files: dict[str, bytes] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    failures: int = 0
    breaks_after: int | None = None
    hanging: asyncio.Event | None = None
    asked: int = 0

    async def check(self) -> None:
        self.asked += 1

    async def names(self) -> Sequence[str]:
        return sorted(self.files.keys() - self.unlisted)

    async def keep(self, name: str, content: bytes, *, media_type: str) -> bool:
        if self.hanging:
            self.hanging.set()
            await asyncio.Event().wait()
        self.failures -= 1
        if self.breaks_after == 0 or self.failures >= 0:
            raise ArchiveUnavailableError("the bucket does not answer now.")
        if self.breaks_after is not None:
            self.breaks_after -= 1
        if name in self.files:
            return False
        self.files[name] = content
        return True

    async def get(self, name: str) -> bytes:
        if name not in self.files:
            raise ArchiveDiffersError(f"{name} is not in the bucket any more.")
        return self.files[name]


@pytest.fixture
def log() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def grown(log: MemoryStore, notary: Notary, make_event: Callable[..., Event]):
    """Appends so many more events."""

    async def more(count: int, **options: int) -> None:
        begin = len(log.leaves)
        await grow(log, notary, [make_event(number) for number in range(begin, begin + count)], **options)

    return more


@pytest.fixture
def archive() -> MemoryArchive:
    return MemoryArchive()


@pytest.fixture
def metrics(registry: CollectorRegistry) -> ExportMetrics:
    return ExportMetrics(registry)


@pytest.fixture
def make_exporter(log: MemoryStore, archive: MemoryArchive, notary: Notary, metrics: ExportMetrics):
    def make() -> Exporter:
        return Exporter(log, archive, notary=notary, metrics=metrics, segment_events=SEGMENT)

    return make
