"""What a maker wrote lies nowhere in clear in the database, and nobody who asks notices."""

from dataclasses import replace
from pathlib import Path

import pytest
from pcf_generator.adapters.sealed_builds import SealedBuilds
from pcf_generator.build_store import Lease
from pcf_generator.domain.build import Answer, BuildOptions, BuildState, EventType, NewEvent
from pcf_generator.domain.refusal import Choice, Problem, Question
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.journal import Checkpoint, StageDone
from pcf_runtime.sealed_text import TextSealer, UnsealableError

CANARY = "canary-7f3a"
OPTIONS = BuildOptions(
    component_name=f"A{CANARY}", display_name=CANARY, description=CANARY, publisher_display_name=CANARY
)
PROBLEM = Problem("PCF-CAP-001", Stage.MATCH, "none", CANARY, CANARY, (CANARY,), {"suggestion": CANARY})
QUESTION = Question("kind", "PCF-INT-002", f"{CANARY}?", (Choice(CANARY, CANARY), Choice("b", "B")))


def stored(folder: Path) -> bytes:
    """Every byte of the database, its log included."""
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.name.startswith("builds.db"))


async def lives(scene) -> Lease:
    """A build that runs, asks, is answered, runs again and leaves results."""
    build = await scene.queued(f"a {CANARY}", options=OPTIONS)
    lease = await scene.store.claim("one", lease_s=30)
    asked = NewEvent(EventType.NEEDS_INPUT, QUESTION.text)
    await scene.store.settle(
        lease, lambda b: replace(b, state=BuildState.NEEDS_INPUT, question=QUESTION), event=asked, trail=[]
    )
    await scene.desk.answer(build.id, "kind", CANARY, scene.request())
    lease = await scene.store.claim("one", lease_s=30)
    await scene.store.begin(lease, "releases/0123456789abcdef")
    done = StageDone(Stage.INTERPRET, Checkpoint("hash", CANARY), 0.1, f"Read {CANARY}.", (), shared=True)
    await scene.store.stage_done(lease, done, then=Stage.MATCH)
    await scene.store.remember(Checkpoint("name", CANARY), tenant="default")
    return lease


async def test_nothing_lies_in_clear(sealed_scene, tmp_path):
    lease = await lives(sealed_scene)
    failed = NewEvent(EventType.FAILED, CANARY)
    await sealed_scene.store.settle(
        lease, lambda b: replace(b, state=BuildState.FAILED, problem=PROBLEM), event=failed, trail=[]
    )
    assert CANARY.encode() not in stored(tmp_path)


async def test_the_same_in_clear_is_found(sqlite_scene, tmp_path):
    """So the test above can fail."""
    await lives(sqlite_scene)
    assert CANARY.encode() in stored(tmp_path)


async def test_whoever_asks_reads_it_as_it_was(sealed_scene):
    lease = await lives(sealed_scene)
    build = await sealed_scene.store.get(lease.build.id, tenant="default")
    events = await sealed_scene.store.events(build.id, after=0, limit=100)
    (first, *_) = await sealed_scene.store.undelivered(limit=10)

    assert (f"a {CANARY}", OPTIONS, (Answer("kind", CANARY),)) == (build.prompt, build.options, build.answers)
    assert {f"{CANARY}?", f"Read {CANARY}."} <= {event.event.message for event in events}
    assert {"prompt": f"a {CANARY}"} == first.entry.personal
    assert Checkpoint("hash", CANARY) == await sealed_scene.store.recall("hash")
    another = Checkpoint("name", "another")
    assert Checkpoint("name", CANARY) == await sealed_scene.store.remember(another, tenant="default")


async def test_what_was_stored_before_there_was_a_key_stays_readable(sqlite_scene):
    before = await sqlite_scene.queued("in clear")
    sealed = SealedBuilds(sqlite_scene.store, TextSealer(bytes(32)))
    assert "in clear" == (await sealed.get(before.id, tenant="default")).prompt


async def test_another_key_opens_nothing(sealed_scene, sqlite_scene):
    build = await sealed_scene.queued("5 stars")
    with pytest.raises(UnsealableError):
        await SealedBuilds(sqlite_scene.store, TextSealer(b"\1" * 32)).get(build.id, tenant="default")
