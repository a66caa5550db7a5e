"""The journal: shared results are taken from nearby if they are there, and from the store if not."""

from dataclasses import dataclass, field

import pytest
from pcf_generator.domain.stage import Stage
from pcf_generator.endurance import Endurance
from pcf_generator.journal import LeasedJournal
from pcf_generator.ports.journal import Checkpoint, LeaseLost, StageDone
from pcf_generator.shared_results import NoIndex, SharedResults

SHARED = Checkpoint("5e" * 32, '{"files": []}')


@dataclass
class MemoryIndex:
    """Implements `ResultIndex`, and notes what it was asked."""

    kept: dict = field(default_factory=dict)
    asked: list = field(default_factory=list)

    async def find(self, input_hash):
        self.asked.append(input_hash)
        return self.kept.get(input_hash)

    async def keep(self, shared):
        self.kept[shared.input_hash] = shared


@pytest.fixture
async def journal_on(scene):
    """The journal of a running build, with an index."""
    lease = await scene.running()

    async def begin(index):
        endure = Endurance(limit_s=0.0, retry_s=0.0)
        shared = SharedResults(scene.store, index, endure)
        return await LeasedJournal.begin(scene.store, lease, release="releases/one", shared=shared, endure=endure)

    return begin


def done(*, shared, checkpoint=SHARED):
    return StageDone(Stage.GENERATE, checkpoint, 0.1, "Done.", (), shared=shared)


async def test_what_is_shared_is_close_at_hand_from_then_on(journal_on):
    index = MemoryIndex()
    journal = await journal_on(index)
    await journal.stage_done(done(shared=True))
    assert {SHARED.input_hash: SHARED} == index.kept


async def test_what_is_not_shared_stays_in_the_store(journal_on):
    index = MemoryIndex()
    journal = await journal_on(index)
    await journal.stage_done(done(shared=False))
    assert {} == index.kept


async def test_what_is_close_at_hand_is_not_asked_of_the_store(journal_on):
    """The store has none of it, and it is found."""
    journal = await journal_on(MemoryIndex({SHARED.input_hash: SHARED}))
    assert SHARED == await journal.recall(SHARED.input_hash)


async def test_what_only_the_store_has_comes_from_there_and_is_close_at_hand_from_then_on(journal_on):
    await (await journal_on(NoIndex())).stage_done(done(shared=True))
    index = MemoryIndex()
    journal = await journal_on(index)
    assert SHARED == await journal.recall(SHARED.input_hash)
    assert ([SHARED.input_hash], {SHARED.input_hash: SHARED}) == (index.asked, index.kept)


async def test_what_nobody_has_is_not_there(journal_on):
    index = MemoryIndex()
    assert None is await (await journal_on(index)).recall("0f" * 32)
    assert {} == index.kept


async def test_what_could_not_be_stored_is_not_shared(journal_on, scene):
    index = MemoryIndex()
    journal = await journal_on(index)
    build = (await scene.store.list(tenant="default", limit=1, before="", state=None))[0]
    await scene.desk.cancel(build.id, scene.request())
    with pytest.raises(LeaseLost):
        await journal.stage_done(done(shared=True))
    assert {} == index.kept
