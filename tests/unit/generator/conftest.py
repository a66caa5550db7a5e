"""What the generator's tests are handed: the repository's brain, stores, and a pipeline in memory."""

import asyncio
import functools
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from pcf_generator.adapters.postgres.opening import open_store as open_store_at
from pcf_generator.adapters.sealed_builds import SealedBuilds
from pcf_generator.build_store import BuildStore
from pcf_generator.domain.capability import Capability, PropertyRule, TypeChoice
from pcf_generator.domain.language import Lexicon
from pcf_generator.domain.solution import Publisher, Solution
from pcf_generator.domain.spec import (
    Accessibility,
    Capabilities,
    ComponentSpec,
    Interaction,
    Property,
    Resources,
    Visual,
)
from pcf_runtime.sealed_text import TextSealer
from pcf_runtime.testing import FakeClock

from tests.servers.postgres import Postgres
from tests.unit.generator.doubles.knowledge import RepositoryKnowledge, read_release
from tests.unit.generator.doubles.memory import MemoryArtifacts, MemoryJournal, Observations
from tests.unit.generator.doubles.scenes import Scene, rising_ids
from tests.unit.generator.doubles.stores import BuildsDatabase, builds_database_on, sqlite_opener
from tests.unit.generator.doubles.whole_builds import Build, builder
from tests.unit.generator.doubles.workshop import FakeBrain, Workshop

BRAIN = Path(os.environ.get("PCF_TEST_BRAIN", Path(__file__).parents[3] / "ai-brain"))


OpenRelease = Callable[[Path], RepositoryKnowledge]


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
        solution=Solution("PcfBuilderDial", "Dial", "1.0.0.0", Publisher("PcfBuilder", "PCF Builder", "pcfb")),
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


@pytest.fixture(scope="session")
def build_from() -> Callable[[RepositoryKnowledge], Build]:
    """Builds with any release."""
    return builder


@pytest.fixture(scope="session")
def build(build_from: Callable[[RepositoryKnowledge], Build], knowledge: RepositoryKnowledge) -> Build:
    """Take a prompt through the whole pipeline in memory."""
    return build_from(knowledge)


@pytest.fixture
async def sqlite_scene(tmp_path: Path) -> AsyncIterator[Scene]:
    clock, new_id = FakeClock(), rising_ids()
    async with AsyncExitStack() as stack:
        open_store = sqlite_opener(tmp_path, clock, new_id, stack)
        yield Scene(await open_store(), clock, new_id, open_store)


@pytest.fixture(scope="session")
def builds_database(postgres: Postgres) -> Iterator[BuildsDatabase]:
    with builds_database_on(postgres) as database:
        yield database


@pytest.fixture
async def postgres_scene(builds_database: BuildsDatabase, postgres: Postgres) -> AsyncIterator[Scene]:
    clock, new_id = builds_database.clock(), rising_ids()
    builds_database.clear(postgres)
    async with AsyncExitStack() as stack:

        async def open_store() -> BuildStore:
            return await stack.enter_async_context(open_store_at(builds_database.url, size=5, new_id=new_id))

        yield Scene(await open_store(), clock, new_id, open_store)


@pytest.fixture
def sealed_scene(sqlite_scene: Scene) -> Scene:
    """The SQLite store, where makers' words are sealed."""
    sealer = TextSealer(bytes(32))

    async def open_store() -> BuildStore:
        return SealedBuilds(await sqlite_scene.open(), sealer)

    return replace(sqlite_scene, store=SealedBuilds(sqlite_scene.store, sealer), open=open_store)


@pytest.fixture(params=["sqlite", "postgres", "sealed"])
def any_scene(request: pytest.FixtureRequest) -> Scene:
    """The same scene on every store there is."""
    return request.getfixturevalue(f"{request.param}_scene")


@pytest.fixture
def scene(sqlite_scene: Scene) -> Scene:
    """A scene on the quickest store; what a store promises is tested on every one."""
    return sqlite_scene


@pytest.fixture
def workshop(scene: Scene, knowledge: RepositoryKnowledge) -> Workshop:
    return Workshop(scene, FakeBrain(knowledge))
