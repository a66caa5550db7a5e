"""The repository's brain, read without a brain service, and a pipeline that runs in memory."""

import asyncio
import functools
import hashlib
import itertools
import json
import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.loader import load
from pcf_generator import pipeline
from pcf_generator.adapters.brain_files.capability import capability, kinds
from pcf_generator.adapters.brain_files.language import language_rules
from pcf_generator.adapters.brain_files.rules import rules
from pcf_generator.adapters.brain_files.strings import strings
from pcf_generator.adapters.postgres.opening import open_store as open_store_at
from pcf_generator.adapters.sqlite.build_store import SqliteBuildStore
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.artifact_store import Link
from pcf_generator.build_store import BuildStore, Lease, Request
from pcf_generator.checks.inspector import Inspector
from pcf_generator.desk import Desk
from pcf_generator.domain import build as domain
from pcf_generator.domain.build import Artifact, BuildOptions, BuildState, EventType, NewEvent, Result
from pcf_generator.domain.capability import Capability, Kind, PropertyRule, TypeChoice
from pcf_generator.domain.language import LanguageRules, Lexicon
from pcf_generator.domain.refusal import Choice, Clarification, Problem, Question, Refusal
from pcf_generator.domain.rule import Rule
from pcf_generator.domain.source import Strings, Template
from pcf_generator.domain.spec import (
    Accessibility,
    Capabilities,
    ComponentSpec,
    Interaction,
    Property,
    Resources,
    Visual,
)
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Route, TrailEntry
from pcf_generator.execution import BuildLimits, Execution
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.packing.archive import pack
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.ports import Brief, Checkpoint, Draft, Interpretation, LanguageUnknown, StageDone
from pcf_generator.runner import Runner, RunnerLimits
from pcf_generator.step import Step
from pcf_runtime.postgres.commands import migrate
from pcf_runtime.testing import FakeClock

from tests.servers.postgres import Postgres

BRAIN = Path(os.environ.get("PCF_TEST_BRAIN", Path(__file__).parents[3] / "ai-brain"))


@dataclass
class RepositoryKnowledge:
    """Implements `Knowledge` on the files of one release."""

    release: str
    files: Mapping[str, str]

    async def language(self, language: str) -> LanguageRules:
        if f"intent/lexicon/{language}.yaml" not in self.files:
            raise LanguageUnknown(language)
        return self._language(language)

    async def kinds(self, language: str) -> tuple[Kind, ...]:
        path = f"derived/kinds.{language}.json"
        return kinds(path, self.files[path])

    async def capability(self, capability_id: str, *, stage: Stage = Stage.SPECIFY) -> Capability:
        return self._capability(capability_id)

    async def specification_rules(self) -> tuple[Rule, ...]:
        return self._rules("specification")

    async def code_rules(self) -> tuple[Rule, ...]:
        return self._rules("code")

    async def spec_faults(self, document: Mapping[str, object], *, stage: Stage = Stage.SPECIFY) -> tuple[str, ...]:
        return tuple(error.message for error in self._schema().iter_errors(document))

    async def project_templates(self) -> tuple[Template, ...]:
        return self._templates("templates/")

    async def control_templates(self, capability_id: str) -> tuple[Template, ...]:
        return tuple(t for t in self._templates(f"capabilities/{capability_id}/") if t.path.endswith(".j2"))

    async def strings(self, capability_id: str) -> tuple[Strings, ...]:
        return self._strings(f"capabilities/{capability_id}/strings/")

    def routes(self) -> tuple[Route, ...]:
        return ()

    @functools.cache  # noqa: B019 - lives as long as the test session
    def _schema(self) -> jsonschema_rs.Draft202012Validator:
        schema = json.loads(self.files["schemas/component-spec.schema.json"])
        return jsonschema_rs.Draft202012Validator(schema, mask="the value")

    @functools.cache  # noqa: B019
    def _language(self, language: str) -> LanguageRules:
        path = f"derived/kinds.{language}.json"
        return language_rules(language, self.files, kinds(path, self.files[path]))

    @functools.cache  # noqa: B019
    def _capability(self, capability_id: str) -> Capability:
        path = f"capabilities/{capability_id}/capability.yaml"
        return capability(path, self.files[path])

    @functools.cache  # noqa: B019
    def _rules(self, judged: str) -> tuple[Rule, ...]:
        path = f"derived/rules.{judged}.json"
        return rules(path, self.files[path])

    @functools.cache  # noqa: B019
    def _strings(self, folder: str) -> tuple[Strings, ...]:
        return tuple(strings(path, text) for path, text in sorted(self.files.items()) if path.startswith(folder))

    def _templates(self, folder: str) -> tuple[Template, ...]:
        return tuple(Template(p, "", text) for p, text in sorted(self.files.items()) if p.startswith(folder))

    def __hash__(self) -> int:
        return hash(self.release)


OpenRelease = Callable[[Path], RepositoryKnowledge]


def read_release(folder: Path) -> RepositoryKnowledge:
    """Read a brain folder as the brain does."""

    async def read() -> RepositoryKnowledge:
        loaded = await load(await FolderStore(folder).open(), now=lambda: datetime.now(UTC))
        files = {path: (await loaded.snapshot.read(path)).decode() for path in loaded.release.files}
        return RepositoryKnowledge(loaded.release.name, files)

    return asyncio.run(read())


@pytest.fixture(scope="session")
def open_release() -> OpenRelease:
    """Reads any brain folder."""
    return read_release


@pytest.fixture(scope="session")
def brain_folder() -> Path:
    """The repository's brain, or the one PCF_TEST_BRAIN names."""
    return BRAIN


@pytest.fixture(scope="session")
def knowledge(open_release: OpenRelease, brain_folder: Path) -> RepositoryKnowledge:
    """The repository's own release."""
    return open_release(brain_folder)


@pytest.fixture(scope="session")
def lexicon(knowledge: RepositoryKnowledge) -> Lexicon:
    """The English words."""
    return asyncio.run(knowledge.language("en")).lexicon


@pytest.fixture(scope="session")
def make_capability() -> Callable[..., Capability]:
    """A kind with one property and no parameters, but for what is given."""
    plain = Capability(
        id="dial",
        display_name="Dial",
        description="Turns a number up and down.",
        classification="input-control",
        component_name="Dial",
        features=("turning",),
        parameters=(),
        phrases={},
        properties=(PropertyRule("value", "bound", (TypeChoice("Whole.None"),), required=None),),
        prohibitions=(),
    )
    return functools.partial(replace, plain)


@pytest.fixture(scope="session")
def make_spec() -> Callable[..., ComponentSpec]:
    """A specification of the dial; `parameters` are its customizations."""
    plain = ComponentSpec(
        component_type="dial",
        component_name="Dial",
        namespace="PcfBuilder",
        display_name="Dial",
        description="Turns a number up and down.",
        publisher_prefix="pcfb",
        read_only=False,
        required=False,
        capabilities=Capabilities("dial", ("turning",), {}),
        properties=(Property("value", "Whole.None", "bound"),),
        resources=Resources("index.ts", ("css/Dial.css",), ("strings/Dial.1033.resx",)),
        visual=Visual("standard"),
        interaction=Interaction("standard", ("click", "keyboard"), ("visual-highlight",)),
        accessibility=Accessibility(
            keyboard_support=True, screen_reader_support=True, high_contrast=True, wcag_level="AA"
        ),
    )

    def make(parameters: Mapping[str, object] | None = None, **changes: object) -> ComponentSpec:
        capabilities = replace(plain.capabilities, customizations=dict(parameters or {}))
        return replace(plain, capabilities=capabilities, **changes)

    return make


@dataclass
class MemoryArtifacts:
    """Implements `ArtifactStore`. Each call raises the first of `faults`, as long as there are any."""

    contents: dict[str, bytes] = field(default_factory=dict)
    faults: list[Exception] = field(default_factory=list)
    expiring: set[str] = field(default_factory=set)
    links: Link | None = None

    async def put(self, *, kind: str, filename: str, media_type: str, content: bytes) -> Artifact:
        self._fail()
        sha256 = hashlib.sha256(content).hexdigest()
        self.contents[sha256] = content
        return Artifact(kind, filename, media_type, sha256, len(content))

    async def holds(self, artifact: Artifact) -> bool:
        self._fail()
        return artifact.sha256 in self.contents

    async def lasts(self, artifact: Artifact) -> bool:
        return await self.holds(artifact) and artifact.sha256 not in self.expiring

    async def link(self, artifact: Artifact) -> Link | None:
        return self.links

    def _fail(self) -> None:
        if self.faults:
            raise self.faults.pop(0)

    async def read(self, artifact: Artifact, *, offset: int, limit: int) -> AsyncIterator[bytes]:
        yield self.contents[artifact.sha256][offset : offset + limit]


@dataclass
class MemoryJournal:
    """Implements `Journal`; what one run left can be given to the next."""

    done: dict[Stage, StageDone] = field(default_factory=dict)
    shared: dict[str, Checkpoint] = field(default_factory=dict)

    def checkpoint(self, stage: Stage) -> Checkpoint | None:
        return self.done[stage].checkpoint if stage in self.done else None

    async def recall(self, input_hash: str) -> Checkpoint | None:
        return self.shared.get(input_hash)

    async def stage_done(self, done: StageDone) -> None:
        self.done[done.stage] = done
        if done.shared:
            self.shared[done.checkpoint.input_hash] = done.checkpoint


@dataclass
class Observations:
    """Implements `StageObserver`."""

    ended: list[tuple[Stage, str]] = field(default_factory=list)

    def stage_ended(self, stage: Stage, outcome: str, duration_s: float) -> None:
        self.ended.append((stage, outcome))


@pytest.fixture
def artifacts() -> MemoryArtifacts:
    """Nothing is stored yet."""
    return MemoryArtifacts()


@pytest.fixture
def journal() -> MemoryJournal:
    """No stage has run yet."""
    return MemoryJournal()


@pytest.fixture
def observations() -> Observations:
    """Nothing was seen yet."""
    return Observations()


@dataclass(frozen=True)
class Built:
    """How a prompt ended: exactly one of result, problem and question is set."""

    result: Result | None
    problem: Problem | None
    question: Question | None
    report: dict | None
    contents: Mapping[str, bytes]
    done: Mapping[Stage, StageDone]
    """What each stage that was run left behind."""


Build = Callable[..., Built]


def builder(knowledge: RepositoryKnowledge) -> Build:
    """Builds with a release, each in an event loop of its own."""
    artifacts, journal = MemoryArtifacts(), MemoryJournal()

    def run(prompt: str, *, answers: Mapping[str, str] | None = None, language: str = "en", **options: str) -> Built:
        brief = Brief(prompt, language, BuildOptions(**options), answers or {})
        return asyncio.run(run_brief(brief, knowledge, artifacts, journal))

    return run


@pytest.fixture(scope="session")
def build_from() -> Callable[[RepositoryKnowledge], Build]:
    """Builds with any release."""
    return builder


@pytest.fixture(scope="session")
def build(build_from: Callable[[RepositoryKnowledge], Build], knowledge: RepositoryKnowledge) -> Build:
    """Take a prompt through the whole pipeline in memory."""
    return build_from(knowledge)


async def run_brief(
    brief: Brief, knowledge: RepositoryKnowledge, artifacts: MemoryArtifacts, journal: MemoryJournal
) -> Built:
    journal.done.clear()
    kit = pipeline.Kit(ENGINE, render_project, Inspector(), pack, report, artifacts)
    loop = asyncio.get_running_loop()

    async def holds(value: object) -> bool:
        return True

    step = Step(journal, knowledge, observer=Observations(), holds=holds, stage_limit_s=30, ends_at=loop.time() + 120)
    try:
        result = await pipeline.run(brief, kit, knowledge=knowledge, step=step)
    except Refusal as stop:
        return Built(None, stop.problem, None, None, artifacts.contents, dict(journal.done))
    except Clarification as stop:
        return Built(None, None, stop.question, None, artifacts.contents, dict(journal.done))
    content = artifacts.contents[next(a.sha256 for a in result.artifacts if a.kind == "report")]
    return Built(result, None, None, json.loads(content), artifacts.contents, dict(journal.done))


ENGINE = OfflineEngine()


QUESTION = Question("kind", "PCF-INT-002", "Which?", (Choice("a", "A"), Choice("b", "B")))
PROBLEM = Problem("PCF-CAP-001", Stage.MATCH, "none fits", "There is none.", "Ask for another.", ("slider",))
RESULT = Result(
    "star-rating",
    "StarRating",
    "PcfBuilder",
    "Star rating",
    (),
    (Artifact("source", "StarRating-source.zip", "application/zip", "5e" * 32, 3),),
)
OpenStore = Callable[[], Awaitable[BuildStore]]


def _sqlite(folder: Path, clock: FakeClock, new_id: Callable[[], str], stack: AsyncExitStack) -> OpenStore:
    async def open_store() -> BuildStore:
        database = await Database.open(folder / "builds.db")
        stack.push_async_callback(database.close)
        return SqliteBuildStore(database, clock=clock.now, new_id=new_id)

    return open_store


@dataclass
class Scene:
    """A store, and words that bring builds into every state. `open` gives another instance's store on the same data."""

    store: BuildStore
    clock: FakeClock
    new_id: Callable[[], str]
    open: OpenStore

    @property
    def desk(self) -> Desk:
        return Desk(self.store, MemoryArtifacts(), clock=self.clock.now, new_id=self.new_id, queue_limit=1000)

    def request(self, request_id: str = "", *, fingerprint: str = "same", actor: str = "maker") -> Request:
        return Request(request_id, fingerprint, actor, f"trace {request_id}".strip())

    def draft(self, prompt: str = "5 stars", **fields: object) -> domain.Build:
        now = self.clock.now()
        build = domain.Build(self.new_id(), prompt, BuildOptions(), "maker", BuildState.QUEUED, now, now, "trace")
        return replace(build, **fields)

    async def queued(self, prompt: str = "5 stars", **fields: object) -> domain.Build:
        return await self.store.create(self.draft(prompt, **fields), self.request(), queue_limit=1000)

    async def running(self, owner: str = "one", *, lease_s: float = 30.0) -> Lease:
        """A build of its own, claimed: no other may wait when this is said."""
        build = await self.queued()
        lease = await self.store.claim(owner, lease_s=lease_s)
        assert lease is not None
        assert build.id == lease.build.id
        return lease

    async def reclaimed(self, owner: str = "another", *, lease_s: float = 30.0) -> Lease:
        """What runs, claimed anew: whoever ran it is gone."""
        self.clock.advance(60)
        lease = await self.store.claim(owner, lease_s=lease_s)
        assert lease is not None
        return lease

    async def asking(self) -> domain.Build:
        return await self.settle(await self.running(), BuildState.NEEDS_INPUT, EventType.NEEDS_INPUT, question=QUESTION)

    async def failed(self) -> domain.Build:
        ended = {"problem": PROBLEM, "stage": PROBLEM.stage, "end_time": self.clock.now()}
        return await self.settle(await self.running(), BuildState.FAILED, EventType.FAILED, **ended)

    async def succeeded(self, result: Result = RESULT) -> domain.Build:
        ended = {"result": result, "end_time": self.clock.now()}
        return await self.settle(await self.running(), BuildState.SUCCEEDED, EventType.SUCCEEDED, **ended)

    async def cancelled(self) -> domain.Build:
        return await self.desk.cancel((await self.queued()).id, self.request())

    async def settle(self, lease: Lease, state: BuildState, kind: EventType, **fields: object) -> domain.Build:
        return await self.store.settle(
            lease,
            lambda build: replace(build, state=state, **fields),
            event=NewEvent(kind, "Settled.", Stage.MATCH),
            trail=[TrailEntry(f"build.{kind}")],
        )

    async def events(self, build: domain.Build | Lease) -> list[domain.BuildEvent]:
        build_id = build.build.id if isinstance(build, Lease) else build.id
        return list(await self.store.events(build_id, after=0, limit=1000))


def rising_ids() -> Callable[[], str]:
    """Ids as ULIDs are, each greater than the last."""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):026d}"


@pytest.fixture
async def sqlite_scene(tmp_path: Path) -> AsyncIterator[Scene]:
    clock, new_id = FakeClock(), rising_ids()
    async with AsyncExitStack() as stack:
        open_store = _sqlite(tmp_path, clock, new_id, stack)
        yield Scene(await open_store(), clock, new_id, open_store)


@dataclass
class DatabaseClock(FakeClock):
    """A clock that stands still, and which the database goes by as well: it reads the time from a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self.advance(0)

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        # Whole at any moment: the database may be reading.
        written = self._file.with_suffix(".new")
        written.write_text(self.now().isoformat())
        written.rename(self._file)


@dataclass(frozen=True)
class BuildsDatabase:
    """A migrated database whose clock is a file. All tests of a session share it, one after another."""

    url: str
    clock_file: Path

    def clock(self) -> FakeClock:
        """A new one, which the database goes by from now on."""
        return DatabaseClock(self.clock_file)

    def clear(self, postgres: Postgres) -> None:
        postgres.execute(
            "TRUNCATE build_events, checkpoints, shared_results, requests, outbox, undeliverable, builds;"
            "UPDATE delivery SET owner = '', turn_ends = '-infinity'",
            database=self.url.rpartition("/")[2],
        )


@pytest.fixture(scope="session")
def builds_database(postgres: Postgres) -> Iterator[BuildsDatabase]:
    name = postgres.create_database()
    assert 0 == migrate(postgres.url(name), service="generator")
    with tempfile.TemporaryDirectory() as folder:
        # The server may be another user's.
        Path(folder).chmod(0o755)
        file = Path(folder, "clock")
        postgres.execute(
            "CREATE FUNCTION clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql"
            f" AS $$ SELECT pg_read_file('{file}')::timestamptz $$",
            database=name,
        )
        postgres.execute(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
        yield BuildsDatabase(postgres.url(name), file)
    postgres.drop_database(name)


@pytest.fixture
async def postgres_scene(builds_database: BuildsDatabase, postgres: Postgres) -> AsyncIterator[Scene]:
    clock, new_id = builds_database.clock(), rising_ids()
    builds_database.clear(postgres)
    async with AsyncExitStack() as stack:

        async def open_store() -> BuildStore:
            return await stack.enter_async_context(open_store_at(builds_database.url, size=5, new_id=new_id))

        yield Scene(await open_store(), clock, new_id, open_store)


@pytest.fixture(params=["sqlite", "postgres"])
def any_scene(request: pytest.FixtureRequest) -> Scene:
    """The same scene on every store there is."""
    return request.getfixturevalue(f"{request.param}_scene")


@pytest.fixture
def scene(sqlite_scene: Scene) -> Scene:
    """A scene on the quickest store; what a store promises is tested on every one."""
    return sqlite_scene


@dataclass
class HeldModel:
    """Implements `Model`: the offline engine, counted, held up where a test says so, failing where it says so."""

    runs: Counter[str] = field(default_factory=Counter)
    holds: set[str] = field(default_factory=set)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    active: int = 0
    most_active: int = 0
    name: str = "held"
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def interpret(self, brief: Brief, *, knowledge: RepositoryKnowledge) -> Interpretation | Question:
        await self._pass("interpret")
        return await ENGINE.interpret(brief, knowledge=knowledge)

    async def specify(self, brief: Brief, kind: Capability, *, knowledge: RepositoryKnowledge) -> Draft | Question:
        await self._pass("specify")
        return await ENGINE.specify(brief, kind, knowledge=knowledge)

    async def until(self, *, active: int) -> None:
        """Until so many calls are held up."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: self.active == active)

    async def let_go(self) -> None:
        self.holds.clear()
        await self._tell()

    async def _pass(self, name: str) -> None:
        self.runs[name] += 1
        self.active += 1
        self.most_active = max(self.active, self.most_active)
        try:
            if self.faults.get(name):
                raise self.faults[name].pop(0)
            await self._tell()
            async with self._changed:
                await self._changed.wait_for(lambda: name not in self.holds)
        finally:
            self.active -= 1
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@dataclass
class FakeBrain:
    """Implements `Brain`: one release; `faults` are raised first, one for each time it is asked for."""

    knowledge: object
    faults: list[Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def current(self) -> object:
        self.asked.append("current")
        if self.faults:
            raise self.faults.pop(0)
        return self.knowledge

    def at(self, release: str) -> object:
        self.asked.append(release)
        return self.knowledge


@dataclass
class BuildObservations(Observations):
    """Implements `BuildObserver`."""

    settled: list[BuildState] = field(default_factory=list)

    def build_settled(self, state: BuildState) -> None:
        self.settled.append(state)


@dataclass
class Workshop:
    """All that runs builds, and the handles on it."""

    scene: Scene
    brain: FakeBrain
    model: HeldModel = field(default_factory=HeldModel)
    artifacts: MemoryArtifacts = field(default_factory=MemoryArtifacts)
    observed: BuildObservations = field(default_factory=BuildObservations)

    def execution(self, store: BuildStore | None = None, **limits: float) -> Execution:
        kit = pipeline.Kit(self.model, render_project, Inspector(), pack, report, self.artifacts)
        return Execution(
            store or self.scene.store,
            self.brain,
            kit,
            limits=BuildLimits(**{"retry_s": 0.001, **limits}),
            clock=self.scene.clock.now,
            observer=self.observed,
        )

    async def run(self, **limits: float) -> domain.Build:
        """Claim what waits longest and run it here and now."""
        lease = await self.scene.store.claim("one", lease_s=30)
        assert lease is not None
        await self.execution(**limits).run(lease)
        return await self.scene.store.get(lease.build.id)

    @asynccontextmanager
    async def runner(
        self, store: BuildStore | None = None, *, execution: Execution | None = None, **limits: float
    ) -> AsyncIterator[Runner]:
        """A runner at work for as long as the block lasts."""
        store = store or self.scene.store
        limits = {"concurrency": 2, "poll_s": 0.01, **limits}
        runner = Runner(store, execution or self.execution(store), owner="one", limits=RunnerLimits(**limits))
        await runner.start()
        try:
            yield runner
        finally:
            async with asyncio.timeout(20):
                await runner.stop()

    async def settled(self, build: domain.Build | Lease) -> domain.Build:
        """The build once it has settled."""
        store, build_id = self.scene.store, build.build.id if isinstance(build, Lease) else build.id
        async with asyncio.timeout(20):
            while not (now := await store.get(build_id)).state.settled:
                # Another instance's store wakes nobody here.
                await store.wait_for_change(build_id, after=now.last_sequence, timeout_s=0.02)
        return now


@pytest.fixture
def workshop(scene: Scene, knowledge: RepositoryKnowledge) -> Workshop:
    return Workshop(scene, FakeBrain(knowledge))
