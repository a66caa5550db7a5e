"""What the pipeline needs from outside; `adapters/` and `models/` hold what stands behind it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from pcf_generator.domain.build import Artifact, BuildOptions
from pcf_generator.domain.capability import Capability, Kind, ParameterValue
from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.judgement import Approved, CompilerVersions, FileEntry, Package, Specified, Validated
from pcf_generator.domain.language import LanguageRules
from pcf_generator.domain.refusal import Question
from pcf_generator.domain.rule import Rule
from pcf_generator.domain.source import SourceTree, Strings, Template
from pcf_generator.domain.spec import ComponentSpec
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Route, TrailEntry

Clock = Callable[[], datetime]
"""Gives the time, in UTC."""

NewId = Callable[[], str]
"""Gives a fresh ULID."""


class OutsideUnavailable(Exception):  # noqa: N818 - reads as what it is
    """What builds need from outside is away, named by `who`; the stage may be tried again later.

    OutsideUnavailable
    ├── KnowledgeUnavailable   the brain
    ├── ArtifactsUnavailable   the store of the artifacts
    └── CompilerUnavailable    the compilers
    """

    who: ClassVar[str]


class KnowledgeUnavailable(OutsideUnavailable):
    """The brain cannot be reached now."""

    who = "the brain"


class ArtifactsUnavailable(OutsideUnavailable):
    """The store of the artifacts does not answer now, or refuses us until its operators have mended that."""

    who = "the artifact store"


class BrainFileFault(Exception):  # noqa: N818
    """A file of the brain that the generator cannot read; the release and the generator do not fit together."""


class KnowledgeGone(Exception):  # noqa: N818
    """The brain no longer keeps the release a build began with."""


class LanguageUnknown(LookupError):  # noqa: N818
    """The brain has no lexicon for the language."""


class LanguageUnread(LanguageUnknown):
    """It has none, and the language model that reads any could not be asked; `consulted` says why."""

    def __init__(self, language: str, consulted: Consulted) -> None:
        super().__init__(language)
        self.consulted = consulted


@dataclass(frozen=True, slots=True)
class PromptFile:
    """What the brain gives for one call to a language model."""

    path: str
    instructions: str
    """With `{{names}}` where the release's data go."""
    answer: Mapping[str, object]
    """JSON Schema of the answer, to be completed with the release's data."""


class Knowledge(Protocol):
    """One release of the brain. Every method may raise KnowledgeUnavailable or BrainFileFault."""

    @property
    def release(self) -> str:
        """Name of the release, `releases/…`."""

    async def language(self, language: str) -> LanguageRules:
        """How to read prompts in a language; LanguageUnknown."""

    async def kinds(self, language: str) -> tuple[Kind, ...]:
        """The index of kinds, with their words in a language."""

    async def capability(self, capability_id: str, *, stage: Stage = Stage.SPECIFY) -> Capability:
        """One kind, as the stage's task gets it."""

    async def prompt(self, stage: Stage) -> PromptFile:
        """What a language model is asked in a stage: the first, or the one that specifies."""

    async def specification_rules(self) -> tuple[Rule, ...]:
        """The rules that judge a specification."""

    async def code_rules(self) -> tuple[Rule, ...]:
        """The rules that judge generated code."""

    async def spec_faults(self, document: Mapping[str, object], *, stage: Stage = Stage.SPECIFY) -> tuple[str, ...]:
        """What the specification's schema has against a document; empty when it fits."""

    async def project_templates(self) -> tuple[Template, ...]:
        """The templates of the files all controls share."""

    async def control_templates(self, capability_id: str) -> tuple[Template, ...]:
        """The templates of one kind."""

    async def strings(self, capability_id: str) -> tuple[Strings, ...]:
        """The texts of one kind, by LCID."""

    def routes(self) -> tuple[Route, ...]:
        """The routing decisions since the last call."""


class Brain(Protocol):
    """Where knowledge comes from."""

    async def current(self) -> Knowledge:
        """The current release; KnowledgeUnavailable."""

    def at(self, release: str) -> Knowledge:
        """A release a build began with."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a maker gave: the prompt, options and answers to questions, by question id."""

    prompt: str
    language: str = "en"
    options: BuildOptions = field(default_factory=BuildOptions)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """What the prompt sets of a kind's parameters, what nobody understood, and who was asked."""

    parameters: Mapping[str, ParameterValue]
    unmapped_phrases: tuple[str, ...] = ()
    consulted: tuple[Consulted, ...] = ()


class Model(Protocol):
    """Reads prompts. The offline engine is one; language models come behind the same two calls."""

    @property
    def name(self) -> str:
        """For the report and the audit log."""

    async def interpret(self, brief: Brief, *, knowledge: Knowledge) -> Interpretation | Question:
        """Prompt to intent, or what must be asked first."""

    async def specify(self, brief: Brief, capability: Capability, *, knowledge: Knowledge) -> Draft | Question:
        """Prompt to parameters of a kind, or what must be asked first."""


class MissingTemplate(LookupError):  # noqa: N818 - reads as what it is
    """The release has no template of this name."""


class TemplateFault(Exception):  # noqa: N818
    """A template that cannot be read or rendered; the message names the file and line."""


@dataclass(frozen=True, slots=True)
class Materials:
    """What the brain gives for one control: templates of all controls, of this kind, and its texts."""

    project: Sequence[Template]
    control: Sequence[Template]
    strings: Sequence[Strings]

    def template(self, path: str) -> Template:
        """The template whose path ends so; MissingTemplate when there is none."""
        for template in (*self.project, *self.control):
            if template.path.endswith(path):
                return template
        raise MissingTemplate(path)


class Renderer(Protocol):
    """Writes the files of a project."""

    def __call__(self, spec: ComponentSpec, materials: Materials) -> SourceTree:
        """Every file; MissingTemplate or TemplateFault."""


class SourceInspector(Protocol):
    """Looks at generated files without running them."""

    def facts(self, tree: SourceTree) -> Mapping[str, object]:
        """The variables of the rules that judge code."""

    def structure_faults(self, tree: SourceTree) -> tuple[str, ...]:
        """What is wrong with the project's structure; empty when nothing is."""

    def is_packed(self, content: bytes, tree: SourceTree) -> bool:
        """Whether the ZIP can be read and holds exactly these files."""


class Packer(Protocol):
    """Packs files; the same files give the same bytes."""

    def __call__(self, tree: SourceTree) -> bytes:
        """A ZIP."""


class CompileFault(Exception):  # noqa: N818
    """The code does not compile; `messages` say where and why, with paths inside the project."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class CompilerUnavailable(OutsideUnavailable):
    """The compiler could not be started, or took more than it may; the code need not be at fault."""

    who = "the compiler"


class Compiler(Protocol):
    """Checks types and bundles, in a process of its own."""

    @property
    def versions(self) -> CompilerVersions:
        """What compiles here."""

    async def __call__(self, tree: SourceTree) -> str:
        """The text of bundle.js; CompileFault or CompilerUnavailable."""


class SolutionFault(Exception):  # noqa: N818
    """The solution would not import."""


@dataclass(frozen=True, slots=True)
class PackedSolution:
    """A solution's ZIP, and the files in it."""

    content: bytes
    files: tuple[FileEntry, ...]


class SolutionPacker(Protocol):
    """Packs a compiled control into what an environment imports."""

    def __call__(self, spec: ComponentSpec, tree: SourceTree, bundle: str, *, managed: bool) -> PackedSolution:
        """The same values give the same bytes; SolutionFault when what came out is not fit to import."""


class ReportWriter(Protocol):
    """Writes the report of a build."""

    def __call__(
        self,
        brief: Brief,
        interpretation: Interpretation,
        specified: Specified,
        validated: Validated,
        approved: Approved,
        package: Package,
    ) -> bytes:
        """The report's bytes; the same values give the same bytes."""


class ArtifactWriter(Protocol):
    """Keeps an artifact's bytes under their hash."""

    async def __call__(self, *, kind: str, filename: str, media_type: str, content: bytes) -> Artifact:
        """Store the bytes, unless they are there, and describe them."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What the last stage works with; `compile` is None where no compiler is installed."""

    inspect: SourceInspector
    pack: Packer
    compile: Compiler | None
    pack_solution: SolutionPacker
    store: ArtifactWriter


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A stage's result, under the hash of what it was made from. Without content, it is the one that builds share."""

    input_hash: str
    content: str


@dataclass(frozen=True, slots=True)
class StageDone:
    """A stage's result on its way to the store, with what goes with it in the same transaction."""

    stage: Stage
    checkpoint: Checkpoint
    duration_s: float
    message: str
    trail: tuple[TrailEntry, ...]
    shared: bool = False
    """Whether any build with the same input may take the result."""


class LeaseLost(Exception):  # noqa: N818
    """Another instance has the build now, or it was cancelled: stop, and write nothing more."""


class Journal(Protocol):
    """Where a running build keeps its progress. Every method but `recall` may raise LeaseLost."""

    def checkpoint(self, stage: Stage) -> Checkpoint | None:
        """What the stage gave in an earlier run."""

    async def recall(self, input_hash: str) -> Checkpoint | None:
        """What any build's stage gave for this input, if it was shared."""

    async def stage_done(self, done: StageDone) -> None:
        """Store a stage's result; the next stage begins."""


class ResultIndex(Protocol):
    """Shared results close at hand: it may forget them and never fails, for the store has them too."""

    async def find(self, input_hash: str) -> Checkpoint | None:
        """The result, if it is known here."""

    async def keep(self, shared: Checkpoint) -> None:
        """Have it close at hand from now on."""
