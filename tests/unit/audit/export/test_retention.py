"""What may be dropped, in which order things happen, and that nothing unverified ever goes."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pcf_audit.domain.event import Outcome
from pcf_audit.domain.tree import Leaf
from pcf_audit.errors import LogDamaged, StoreUnavailable
from pcf_audit.export.archive import ArchiveDiffersError
from pcf_audit.export.reading import ArchivedContents
from pcf_audit.export.segment import Segment
from pcf_audit.notary import Notary
from pcf_audit.retention import Partition, Retention, StoredContents
from pcf_runtime.merkle import Frontier, leaf_hash
from pcf_runtime.signed_note import Signer
from pcf_runtime.starting import CannotStartError

DAY_S = 86_400
NOW = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=100)
FIRST, SECOND, THIRD = Partition(0, 512), Partition(512, 1_024), Partition(1_024, 1_536)


class Partitions:
    def __init__(self, log: Any) -> None:
        self.log = log
        self.there = [FIRST, SECOND, THIRD]
        self.told: list[str] = []
        self.fails: Exception | None = None

    async def all(self) -> Sequence[Partition]:
        return self.there

    async def drop(self, partition: Partition) -> None:
        if self.fails:
            raise self.fails
        self.told.append(f"dropped {partition.first}")

    async def record(self, partition: Partition, root: bytes, outcome: Outcome) -> None:
        self.told.append(f"{outcome.value} {partition.first} {root.hex()[:8]}")


@pytest.fixture
def partitions(log: Any) -> Partitions:
    return Partitions(log)


@pytest.fixture
def retention(log: Any, partitions: Partitions, notary: Notary) -> Retention:
    return Retention(log, partitions, notary=notary)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(1, [FIRST, SECOND]), (59, [FIRST, SECOND]), (60, [FIRST]), (79, [FIRST]), (80, []), (1_000, [])],
)
async def test_the_oldest_go_while_their_newest_event_is_old_enough(
    grown: Any, retention: Retention, days: int, expected: list[Partition]
):
    await grown(512, at_s=20 * DAY_S)
    await grown(512, at_s=40 * DAY_S)
    await grown(500, at_s=50 * DAY_S)

    assert expected == await retention.old(now=NOW, days=days)


@pytest.mark.parametrize(("size", "expected"), [(0, []), (512, []), (513, [FIRST]), (1_024, [FIRST])])
async def test_the_partition_in_which_the_log_ends_stays_however_old(
    grown: Any, retention: Retention, size: int, expected: list[Partition]
):
    await grown(size)

    assert expected == await retention.old(now=NOW, days=1)


async def test_the_age_is_that_of_the_newest_event_even_if_its_transaction_reached_into_the_next(
    grown: Any, retention: Retention
):
    await grown(500, at_s=20 * DAY_S)
    await grown(600, at_s=99 * DAY_S, batch=600)

    assert [] == await retention.old(now=NOW, days=30)


@pytest.mark.parametrize("archived", [False, True])
async def test_it_is_verified_recorded_and_dropped(
    grown: Any,
    retention: Retention,
    partitions: Partitions,
    log: Any,
    make_exporter: Any,
    archive: Any,
    notary: Notary,
    archived: bool,
):
    await grown(1_100)
    await make_exporter().run()
    contents = ArchivedContents(archive, notary=notary, segment_events=256) if archived else StoredContents(log)

    for partition in (FIRST, SECOND):
        await retention.retire(partition, contents, partitions.record)

    roots = [(await retention.verify(each, contents)).hex()[:8] for each in (FIRST, SECOND)]
    expected = [f"succeeded 0 {roots[0]}", "dropped 0", f"succeeded 512 {roots[1]}", "dropped 512"]
    assert expected == partitions.told


@pytest.mark.parametrize("error", [CannotStartError("locked"), StoreUnavailable()])
async def test_what_was_recorded_and_not_dropped_is_recorded_too(
    grown: Any, retention: Retention, partitions: Partitions, log: Any, error: Exception
):
    await grown(1_100)
    partitions.fails = error

    with pytest.raises(type(error)):
        await retention.retire(FIRST, StoredContents(log), partitions.record)

    assert ["succeeded", "failed"] == [told.split()[0] for told in partitions.told]


class Given:
    """Other contents than the log's."""

    def __init__(self, contents: Sequence[bytes]) -> None:
        self._contents = contents

    async def of(self, _: Partition) -> AsyncIterator[Sequence[bytes]]:
        yield self._contents


@pytest.mark.parametrize(
    "change",
    [
        lambda contents: contents[:-1],
        lambda contents: [*contents, contents[-1]],
        lambda contents: [contents[0].replace(b"star", b"moon"), *contents[1:]],
        lambda contents: [contents[1], contents[0], *contents[2:]],
        lambda contents: [],
    ],
)
async def test_contents_that_do_not_lead_to_what_is_signed_let_nothing_go(
    grown: Any, retention: Retention, partitions: Partitions, log: Any, change: Any
):
    await grown(1_100)
    contents = change([leaf.content for leaf in log.leaves[:512]])

    with pytest.raises(LogDamaged):
        await retention.retire(FIRST, Given(contents), partitions.record)

    assert [] == partitions.told


@pytest.mark.parametrize("node", [(8, 0), (8, 1)])
@pytest.mark.parametrize("damage", ["changed", "missing"])
async def test_kept_hashes_that_could_not_stand_for_the_events_let_nothing_go(
    grown: Any, retention: Retention, log: Any, partitions: Partitions, node: Any, damage: str
):
    await grown(1_100)
    contents = Given([leaf.content for leaf in log.leaves[:512]])
    if damage == "changed":
        log.subtrees[node] = bytes(32)
    else:
        del log.subtrees[node]

    with pytest.raises(LogDamaged):
        await retention.retire(FIRST, contents, partitions.record)


async def test_hashes_missing_before_the_partition_let_nothing_go(grown: Any, retention: Retention, log: Any):
    await grown(1_100)
    del log.subtrees[8, 0]

    with pytest.raises(LogDamaged):
        await retention.verify(SECOND, StoredContents(log))


async def test_a_rewritten_log_lets_nothing_go(grown: Any, retention: Retention, log: Any):
    """Contents, leaves and subtrees agree: only what is signed does not."""
    await grown(1_100)
    other = log.leaves[7].content.replace(b"star", b"moon")
    log.leaves[7] = Leaf(7, other, leaf_hash(other))
    contents = [leaf.content for leaf in log.leaves[:512]]
    _settle(log, contents)

    with pytest.raises(LogDamaged):
        await retention.verify(FIRST, Given(contents))


def _settle(log: Any, contents: Sequence[bytes]) -> None:
    tree = Frontier()
    for index, content in enumerate(contents):
        completed = tree.append(leaf_hash(content))
        if len(completed) > 8:
            log.subtrees[8, index >> 8] = completed[8]


async def test_a_log_of_another_key_lets_nothing_go(grown: Any, log: Any, partitions: Partitions):
    await grown(1_100)
    other = Notary(Signer.generate("test.audit"), origin="test.audit")

    with pytest.raises(LogDamaged):
        await Retention(log, partitions, notary=other).verify(FIRST, StoredContents(log))


@pytest.mark.parametrize("missing", [Segment(0, 256).checkpoint, Segment(256, 512).checkpoint, Segment(256, 512).data])
async def test_what_is_not_whole_in_the_archive_stays(
    grown: Any, retention: Retention, make_exporter: Any, archive: Any, notary: Notary, missing: str
):
    await grown(1_100)
    await make_exporter().run()
    del archive.files[missing]

    with pytest.raises(ArchiveDiffersError, match="is not in the"):
        await retention.verify(FIRST, ArchivedContents(archive, notary=notary, segment_events=256))


FILES = [Segment(256, 512).data, Segment(256, 512).proof, Segment(256, 512).checkpoint]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", ["bit", "cut", "empty", "other segment", "not text"])
async def test_what_is_damaged_in_the_archive_stays(
    grown: Any, retention: Retention, make_exporter: Any, archive: Any, notary: Notary, name: str, damage: str
):
    await grown(1_100)
    await make_exporter().run()
    content = archive.files[name]
    archive.files[name] = {
        "bit": content[:60] + bytes([content[60] ^ 1]) + content[61:],
        "cut": content[:-9],
        "empty": b"",
        "other segment": archive.files[name.replace("256", "000").replace("512", "256")],
        "not text": b"\xff" * 100,
    }[damage]

    with pytest.raises((ArchiveDiffersError, LogDamaged)):
        await retention.verify(FIRST, ArchivedContents(archive, notary=notary, segment_events=256))
