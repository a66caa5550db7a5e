"""Exports are whole, verifiable, never written twice, and go on after a crash at any point."""

import gzip
from dataclasses import replace
from typing import Any

import pytest
from pcf_audit.domain.tree import Leaf
from pcf_audit.errors import LogDamaged
from pcf_audit.export.archive import ArchiveDiffersError, ArchiveUnavailableError
from pcf_audit.export.exporter import Exporter
from pcf_audit.export.segment import Segment
from pcf_audit.notary import Notary
from pcf_runtime.checkpoint import Checkpoint
from pcf_runtime.log_range import RangeProof
from pcf_runtime.merkle import Frontier, leaf_hash
from pcf_runtime.signed_note import Signer, open_note
from prometheus_client import CollectorRegistry

FIRST, SECOND, TAIL = Segment(0, 256), Segment(256, 512), Segment(512, 600)


def exported_to(registry: CollectorRegistry) -> float:
    return registry.get_sample_value("pcf_audit_exported_events") or 0.0


async def test_whole_segments_are_exported_and_the_rest_waits(grown: Any, make_exporter: Any, archive: Any):
    await grown(600)

    assert [FIRST, SECOND] == await make_exporter().run()
    assert sorted(archive.files) == sorted(name for s in (FIRST, SECOND) for name in (s.data, s.proof, s.checkpoint))


async def test_each_segment_holds_without_the_log(grown: Any, make_exporter: Any, archive: Any, log: Any, signer: Any):
    await grown(600)
    await make_exporter().run(rest=True)

    for segment in (FIRST, SECOND, TAIL):
        proof = RangeProof.parse(archive.files[segment.proof])
        lines = gzip.decompress(archive.files[segment.data]).splitlines()
        tree = Frontier(segment.first, proof.prefix)
        for line in lines:
            tree.append(leaf_hash(line))
        note = open_note(archive.files[segment.checkpoint].decode(), signer.verifier)
        assert Checkpoint("test.audit", segment.end, tree.root()) == Checkpoint.parse(note)
        assert [leaf.content for leaf in log.leaves[segment.first : segment.end]] == lines


async def test_the_log_goes_on_from_the_exported_trees(grown: Any, make_exporter: Any, log: Any, notary: Notary):
    """What was signed for the archive is a state that the log really had."""
    await grown(256, batch=256)
    head = log.all_heads[-1]
    await make_exporter().run()

    assert head.note == notary.sign(replace(head, note="")).note


async def test_the_rest_is_exported_when_asked_for_and_later_as_a_whole(
    grown: Any, make_exporter: Any, registry: CollectorRegistry
):
    await grown(600)
    assert [FIRST, SECOND, TAIL] == await make_exporter().run(rest=True)
    assert [] == await make_exporter().run(rest=True)
    assert 600 == exported_to(registry)
    await grown(200)

    assert [Segment(512, 768)] == await make_exporter().run()


async def test_nothing_is_asked_of_the_archive_while_no_segment_can_be_due(
    grown: Any, make_exporter: Any, archive: Any, registry: CollectorRegistry
):
    exporter = make_exporter()
    await grown(600)
    await exporter.run()
    await grown(100)

    assert [] == await exporter.run()
    assert 1 == archive.asked
    assert 512 == exported_to(registry)


@pytest.mark.parametrize("files", range(9))
async def test_a_run_that_ended_anywhere_is_gone_on_with(grown: Any, make_exporter: Any, archive: Any, files: int):
    await grown(800)
    archive.breaks_after = files
    with pytest.raises(ArchiveUnavailableError):
        await make_exporter().run()
    written = dict(archive.files)
    archive.breaks_after = None

    missing = await make_exporter().run()

    assert [Segment(at, at + 256) for at in range(files // 3 * 256, 768, 256)] == missing
    assert 9 == len(archive.files)
    assert written == {name: archive.files[name] for name in written}


async def test_a_second_instance_writes_nothing_new(grown: Any, make_exporter: Any, archive: Any):
    await grown(600)
    await make_exporter().run()
    written = dict(archive.files)
    for checkpoint in (FIRST.checkpoint, SECOND.checkpoint):  # as if both had looked at the same moment
        del archive.files[checkpoint]

    await make_exporter().run()

    assert written == archive.files


@pytest.mark.parametrize("name", [FIRST.data, FIRST.proof, FIRST.checkpoint])
@pytest.mark.parametrize("other", [b"", b"other", b"\xff", None])
async def test_what_somebody_else_put_there_is_told_and_stays(
    grown: Any, make_exporter: Any, archive: Any, name: str, other: bytes | None
):
    await grown(300)
    await make_exporter().run()
    content = archive.files[name]
    archive.files = {name: content[:50] + bytes([content[50] ^ 1]) + content[51:] if other is None else other}
    kept = dict(archive.files)
    if name == FIRST.checkpoint:  # it counts as exported then: who reads it finds out
        assert [] == await make_exporter().run()
        return

    with pytest.raises(ArchiveDiffersError, match="with another content than the log has"):
        await make_exporter().run()

    assert kept[name] == archive.files[name]


@pytest.mark.parametrize("other", [b"", b"other", b"\xff"])
async def test_another_checkpoint_that_came_this_moment_is_told(
    grown: Any, make_exporter: Any, archive: Any, other: bytes
):
    await grown(300)
    archive.files, archive.unlisted = {FIRST.checkpoint: other}, {FIRST.checkpoint}

    with pytest.raises(ArchiveDiffersError, match="with another content than the log has"):
        await make_exporter().run()


async def test_entries_that_another_zlib_packed_are_the_same(grown: Any, make_exporter: Any, archive: Any):
    await grown(300)
    await make_exporter().run()
    data = archive.files[FIRST.data]
    archive.files = {FIRST.data: gzip.compress(gzip.decompress(data), compresslevel=1)}

    assert [FIRST] == await make_exporter().run()


async def test_a_checkpoint_under_a_key_that_was_replaced_is_ours_still(
    grown: Any, make_exporter: Any, archive: Any, log: Any, metrics: Any, signer: Signer
):
    await grown(300)
    await make_exporter().run()
    fresh = Signer(signer.name, bytes([1]) * 32)
    notary = Notary(fresh, origin=signer.name, retired=[signer.verifier])
    note = archive.files[FIRST.checkpoint]

    archive.unlisted = {FIRST.checkpoint}

    assert [FIRST] == await Exporter(log, archive, notary=notary, metrics=metrics, segment_events=256).run()
    assert note == archive.files[FIRST.checkpoint]


@pytest.mark.parametrize("index", [0, 255, 256, 300])
async def test_a_log_that_was_changed_is_not_signed_for(
    grown: Any, make_exporter: Any, archive: Any, log: Any, index: int
):
    await grown(600)
    leaf = log.leaves[index]
    changed = leaf.content.replace(b"star-rating", b"slider")
    log.leaves[index] = Leaf(index, changed, leaf_hash(changed))

    with pytest.raises(LogDamaged):
        await make_exporter().run()

    assert Segment(index // 256 * 256, index // 256 * 256 + 256).checkpoint not in archive.files


async def test_a_missing_event_is_damage(grown: Any, make_exporter: Any, log: Any):
    await grown(600)
    del log.leaves[100]

    with pytest.raises(LogDamaged):
        await make_exporter().run()


async def test_a_foreign_log_is_not_signed_for(grown: Any, log: Any, archive: Any, metrics: Any):
    await grown(600)
    other = Notary(Signer.generate("test.audit"), origin="test.audit")

    with pytest.raises(LogDamaged):
        await Exporter(log, archive, notary=other, metrics=metrics, segment_events=256).run()
