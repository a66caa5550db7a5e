"""What callers may do with builds: create, look, find, watch, answer, cancel, resume, download.

Each with those of its own tenant: any other's are as if they were not there.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pcf_runtime import trace_context

from pcf_generator.admission import Admission
from pcf_generator.artifact_store import ArtifactGone, ArtifactStore, Link
from pcf_generator.build_store import BuildStore, Change, QueueFull, Request, WrongState
from pcf_generator.domain.build import (
    Answer,
    Artifact,
    Build,
    BuildEvent,
    BuildOptions,
    BuildState,
    EventType,
    NewEvent,
)
from pcf_generator.domain.trail import TrailEntry
from pcf_generator.ports.outside import Clock, NewId

EVENTS_AT_ONCE = 200
POLL_S = 5.0
"""How long a watcher waits for a wake-up before it looks by itself."""
ORIGINS_AT_ONCE = 20
"""How many of the builds that made a file are told."""


class ChoiceUnknown(ValueError):  # noqa: N818 - reads as what it is
    """The answer is none of the question's choices."""


class QuestionUnknown(ValueError):  # noqa: N818
    """The answer is to another question than the open one."""


class ArtifactUnknown(LookupError):  # noqa: N818
    """The build has no such artifact, or not yet."""


class OffsetPastEnd(ValueError):  # noqa: N818
    """Reading would begin behind the artifact's end."""


class Leaving(Exception):  # noqa: N818
    """The instance shuts down and the build goes on: watch it elsewhere, from the last number."""


@dataclass(frozen=True, slots=True)
class Download:
    """An artifact on its way: through its link if there is one, else in chunks."""

    build: Build
    artifact: Artifact
    link: Link | None
    chunks: AsyncGenerator[bytes, None]


@dataclass(frozen=True, slots=True)
class Origin:
    """A build that made a file, and the file as that build has it."""

    build: Build
    artifact: Artifact


class Desk:
    """The calls of the service, in domain values."""

    def __init__(
        self,
        store: BuildStore,
        artifacts: ArtifactStore,
        *,
        clock: Clock,
        new_id: NewId,
        admission: Admission,
    ) -> None:
        self._store = store
        self._artifacts = artifacts
        self._clock = clock
        self._new_id = new_id
        self._admission = admission

    async def create(self, prompt: str, options: BuildOptions, request: Request) -> Build:
        """Queue a build; QueueFull and TenantQueueFull say when there may be room again."""
        now = self._clock()
        build = Build(
            id=self._new_id(),
            prompt=prompt,
            options=options,
            actor=request.actor,
            state=BuildState.QUEUED,
            create_time=now,
            update_time=now,
            request_id=request.trace_id,
            trace=trace_context.recorded_parent(),
            tenant=request.tenant,
        )
        most, own = self._admission.queue_limit, self._admission.limit_of(request.tenant)
        try:
            return await self._store.create(build, request, queue_limit=most, tenant_limit=own)
        except QueueFull as full:
            self._admission.refused(full, request.tenant)
            raise

    async def get(self, build_id: str, *, tenant: str) -> Build:
        """One build."""
        return await self._store.get(build_id, tenant=tenant)

    async def list(self, *, tenant: str, limit: int, before: str, state: BuildState | None) -> Sequence[Build]:
        """Builds, newest first."""
        return await self._store.list(tenant=tenant, limit=limit, before=before, state=state)

    async def find_artifact(self, sha256: str, *, tenant: str) -> tuple[Sequence[Origin], int]:
        """The oldest builds that made a file with this hash, and how many did; whether its bytes are kept or not."""
        builds, total = await self._store.find_artifact(sha256, tenant=tenant, limit=ORIGINS_AT_ONCE)
        return [Origin(build, artifact) for build in builds if (artifact := _made(build, sha256))], total

    async def cancel(self, build_id: str, request: Request) -> Build:
        """End a build that has not ended."""

        def cancel(build: Build) -> Build:
            if build.state.ended:
                raise WrongState(build, "cancel")
            return replace(build, state=BuildState.CANCELLED, question=None, end_time=self._clock())

        return await self._change(build_id, cancel, EventType.CANCELLED, "Cancelled.", "build.cancelled", request)

    async def resume(self, build_id: str, request: Request) -> Build:
        """Queue a failed or cancelled build again."""

        def resume(build: Build) -> Build:
            if build.state not in {BuildState.FAILED, BuildState.CANCELLED}:
                raise WrongState(build, "resume")
            return replace(build, state=BuildState.QUEUED, problem=None, end_time=None, claims=0)

        return await self._change(build_id, resume, EventType.RESUMED, "Queued again.", "build.resumed", request)

    async def answer(self, build_id: str, question_id: str, choice_id: str, request: Request) -> Build:
        """Answer the open question and queue the build again."""

        def answer(build: Build) -> Build:
            question = build.question
            if build.state is not BuildState.NEEDS_INPUT or question is None:
                raise WrongState(build, "answer")
            if question_id and question_id != question.question_id:
                raise QuestionUnknown(question.question_id)
            if choice_id not in {choice.choice_id for choice in question.choices}:
                raise ChoiceUnknown(", ".join(choice.choice_id for choice in question.choices))
            given = (*build.answers, Answer(question.question_id, choice_id))
            # Claims count runs that came to no end; this one came to its question.
            return replace(build, state=BuildState.QUEUED, question=None, answers=given, claims=0)

        return await self._change(build_id, answer, EventType.ANSWERED, "Answered.", "build.answered", request)

    async def watch(
        self, build_id: str, *, tenant: str, after: int, leaving: asyncio.Event | None = None
    ) -> AsyncGenerator[BuildEvent, None]:
        """Events after a number, as they happen; ends when the build has settled and all was given.

        Leaving once that event is set: a build may outlive any patience of a shutdown.
        """
        left = leaving or asyncio.Event()
        build = await self._store.get(build_id, tenant=tenant)
        while True:
            events = await self._store.events(build_id, after=after, limit=EVENTS_AT_ONCE)
            for event in events:
                yield event
                after = event.sequence
            if not events or events[-1].state.settled:
                # Whether that was all, only the build knows, and only if it is asked after its events.
                build = await self._store.get(build_id, tenant=tenant)
                if after < build.last_sequence:
                    continue
                if build.state.settled:
                    return
            # A caller's own number may lie beyond anything the build will ever tell.
            last = after if events else build.last_sequence
            await _either(self._store.wait_for_change(build_id, after=last, timeout_s=POLL_S), left.wait())
            if left.is_set():
                raise Leaving

    async def open_artifact(
        self, build_id: str, kind: str, request: Request, *, offset: int, limit: int, accept_link: bool
    ) -> Download:
        """An artifact's description and way here; the download is told to the audit log before it can begin."""
        build = await self._store.get(build_id, tenant=request.tenant)
        artifact = next((a for a in build.result.artifacts if a.kind == kind), None) if build.result else None
        if artifact is None:
            raise ArtifactUnknown(kind)
        if offset > artifact.size_bytes:
            raise OffsetPastEnd(str(artifact.size_bytes))
        if not await self._artifacts.holds(artifact):
            raise ArtifactGone(artifact.sha256)
        link = await self._artifacts.link(artifact) if accept_link else None
        details = {"artifact": kind, "sha256": artifact.sha256} | ({"through": "link"} if link else {})
        await self._store.record(build_id, TrailEntry("artifact.downloaded", details=details), request)
        chunks = self._artifacts.read(artifact, offset=offset, limit=limit or artifact.size_bytes)
        return Download(build, artifact, link, chunks)

    async def _change(
        self, build_id: str, change: Change, kind: EventType, message: str, entry: str, request: Request
    ) -> Build:
        return await self._store.change(
            build_id, change, event=NewEvent(kind, message), trail=TrailEntry(entry), request=request
        )


def _made(build: Build, sha256: str) -> Artifact | None:
    return next((a for a in build.result.artifacts if a.sha256 == sha256), None) if build.result else None


async def _either(*waits: Coroutine[Any, Any, object]) -> None:
    """Until one of them is over; raises what it raised."""
    tasks = [asyncio.ensure_future(wait) for wait in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
