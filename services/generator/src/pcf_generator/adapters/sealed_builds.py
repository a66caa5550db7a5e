"""A store of builds that holds nothing a maker wrote in clear: prompts, texts, questions, and what stages left of them.

Results stay readable: they are what was published, and artifacts are found by them.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pcf_runtime.sealed_text import TextSealer

from pcf_generator.build_store import BuildStore, Change, Lease, Request
from pcf_generator.domain.build import Answer, Build, BuildEvent, BuildOptions, BuildState, NewEvent
from pcf_generator.domain.refusal import Choice, Problem, Question
from pcf_generator.domain.share import EQUAL, Shares
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import AuditEvent, TrailEntry
from pcf_generator.ports.journal import Checkpoint, StageDone

__all__ = ["SealedBuilds"]

Map = Callable[[str], str]


class SealedBuilds:
    """Implements `BuildStore` by another one, which sees only what is sealed."""

    def __init__(self, store: BuildStore, sealer: TextSealer) -> None:
        self._store = store
        self._sealer = sealer
        # What these are about is nothing that anybody wrote.
        self.record = store.record
        self.renew = store.renew
        self.wait_for_loss = store.wait_for_loss
        self.hand_back = store.hand_back
        self.wait_for_change = store.wait_for_change
        self.wait_for_work = store.wait_for_work
        self.wait_for_trail = store.wait_for_trail
        self.take_delivery = store.take_delivery
        self.leave_delivery = store.leave_delivery
        self.delivered = store.delivered
        self.set_aside = store.set_aside
        self.queue_depth = store.queue_depth
        self.tenants_waiting = store.tenants_waiting
        self.queue_age_s = store.queue_age_s
        self.outbox_depth = store.outbox_depth
        self.outbox_age_s = store.outbox_age_s
        self.ping = store.ping

    async def create(
        self, build: Build, request: Request, *, queue_limit: int, tenant_limit: int | None = None
    ) -> Build:
        sealed = self._sealed(build)
        made = await self._store.create(sealed, request, queue_limit=queue_limit, tenant_limit=tenant_limit)
        return self._opened(made)

    async def get(self, build_id: str, *, tenant: str) -> Build:
        return self._opened(await self._store.get(build_id, tenant=tenant))

    async def list(self, *, tenant: str, limit: int, before: str, state: BuildState | None) -> Sequence[Build]:
        found = await self._store.list(tenant=tenant, limit=limit, before=before, state=state)
        return [self._opened(build) for build in found]

    async def find_artifact(self, sha256: str, *, tenant: str, limit: int) -> tuple[Sequence[Build], int]:
        builds, total = await self._store.find_artifact(sha256, tenant=tenant, limit=limit)
        return [self._opened(build) for build in builds], total

    async def change(
        self, build_id: str, change: Change, *, event: NewEvent, trail: TrailEntry, request: Request
    ) -> Build:
        sealed = self._event(event)
        changed = await self._store.change(build_id, self._change(change), event=sealed, trail=trail, request=request)
        return self._opened(changed)

    async def claim(self, owner: str, *, lease_s: float, shares: Shares = EQUAL) -> Lease | None:
        lease = await self._store.claim(owner, lease_s=lease_s, shares=shares)
        return replace(lease, build=self._opened(lease.build)) if lease else None

    async def begin(self, lease: Lease, release: str) -> dict[Stage, Checkpoint]:
        left = await self._store.begin(lease, release)
        return {stage: self._checkpoint_opened(checkpoint) for stage, checkpoint in left.items()}

    async def stage_done(self, lease: Lease, done: StageDone, *, then: Stage | None) -> None:
        await self._store.stage_done(lease, self._done(done), then=then)

    async def settle(
        self,
        lease: Lease,
        change: Change,
        *,
        event: NewEvent,
        trail: Sequence[TrailEntry],
        shared: Checkpoint | None = None,
    ) -> Build:
        left = self._checkpoint(shared) if shared else None
        settled = await self._store.settle(
            lease, self._change(change), event=self._event(event), trail=trail, shared=left
        )
        return self._opened(settled)

    async def settle_at_once(
        self,
        lease: Lease,
        release: str,
        stages: Sequence[StageDone],
        change: Change,
        *,
        event: NewEvent,
        trail: Sequence[TrailEntry],
    ) -> Build:
        done = [self._done(stage) for stage in stages]
        settled = await self._store.settle_at_once(
            lease, release, done, self._change(change), event=self._event(event), trail=trail
        )
        return self._opened(settled)

    async def recall(self, input_hash: str) -> Checkpoint | None:
        known = await self._store.recall(input_hash)
        return self._checkpoint_opened(known) if known else None

    async def remember(self, result: Checkpoint, *, tenant: str) -> Checkpoint:
        return self._checkpoint_opened(await self._store.remember(self._checkpoint(result), tenant=tenant))

    async def events(self, build_id: str, *, after: int, limit: int) -> Sequence[BuildEvent]:
        found = await self._store.events(build_id, after=after, limit=limit)
        return [replace(one, event=replace(one.event, message=self._open(one.event.message))) for one in found]

    async def undelivered(self, *, limit: int) -> Sequence[AuditEvent]:
        """In clear: the audit log seals what is personal under keys of its own."""
        return [self._audit_event_opened(event) for event in await self._store.undelivered(limit=limit)]

    def _change(self, change: Change) -> Change:
        """The change is to a build in clear; the store has it sealed before and after."""
        return lambda build: self._sealed(change(self._opened(build)))

    def _sealed(self, build: Build) -> Build:
        return _mapped(build, self._seal)

    def _opened(self, build: Build) -> Build:
        return _mapped(build, self._open)

    def _event(self, event: NewEvent) -> NewEvent:
        return replace(event, message=self._seal(event.message))

    def _done(self, done: StageDone) -> StageDone:
        return replace(done, checkpoint=self._checkpoint(done.checkpoint), message=self._seal(done.message))

    def _checkpoint(self, checkpoint: Checkpoint) -> Checkpoint:
        return replace(checkpoint, content=self._sealer.seal(checkpoint.content, context=checkpoint.input_hash))

    def _checkpoint_opened(self, checkpoint: Checkpoint) -> Checkpoint:
        return replace(checkpoint, content=self._sealer.open(checkpoint.content, context=checkpoint.input_hash))

    def _audit_event_opened(self, event: AuditEvent) -> AuditEvent:
        personal = {name: self._open(value) for name, value in event.entry.personal.items()}
        return replace(event, entry=replace(event.entry, personal=personal))

    def _seal(self, text: str) -> str:
        return self._sealer.seal(text, context="build")

    def _open(self, text: str) -> str:
        return self._sealer.open(text, context="build")


def _mapped(build: Build, text: Map) -> Build:
    """The build with each text that may hold a maker's words put through the function."""
    return replace(
        build,
        prompt=text(build.prompt),
        options=_options(build.options, text),
        question=_question(build.question, text) if build.question else None,
        answers=tuple(Answer(answer.question_id, text(answer.choice_id)) for answer in build.answers),
        problem=_problem(build.problem, text) if build.problem else None,
    )


def _options(options: BuildOptions, text: Map) -> BuildOptions:
    return replace(
        options,
        component_name=text(options.component_name),
        namespace=text(options.namespace),
        display_name=text(options.display_name),
        description=text(options.description),
        publisher_display_name=text(options.publisher_display_name),
    )


def _question(question: Question, text: Map) -> Question:
    choices = tuple(Choice(text(choice.choice_id), text(choice.label)) for choice in question.choices)
    return replace(question, text=text(question.text), choices=choices)


def _problem(problem: Problem, text: Map) -> Problem:
    return replace(
        problem,
        user_message=text(problem.user_message),
        suggestion=text(problem.suggestion),
        alternatives=tuple(map(text, problem.alternatives)),
        details={name: text(value) for name, value in problem.details.items()},
    )
