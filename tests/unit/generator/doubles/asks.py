"""Language models that say what a test wants them to, behind the same port as the real ones."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pcf_generator.domain.build import Build, BuildOptions, BuildState
from pcf_generator.models.answers import Answer
from pcf_generator.models.calls import Call, Usage
from pcf_generator.models.considered import ConsideredModel
from pcf_generator.models.forms import Repair
from pcf_generator.models.money import Payer
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_runtime.testing import FakeClock

Says = Mapping[str, object] | Exception
NOTHING = {
    "readOnly": None,
    "required": None,
    "style": None,
    "wcagLevel": None,
    "without": [],
    "componentName": None,
    "namespace": None,
    "wishes": [],
    "contradiction": None,
    "subject": None,
    "unmapped": [],
}
"""An answer about an intent that adds nothing to the kind."""


@dataclass
class ScriptedAsks:
    """Implements `Asks`: answers each purpose with what it was given, without looking whether that fits."""

    intent: Says | Callable[[Call], Says] | None = None
    spec: Says | Callable[[Call], Says] | None = None
    asked: list[Call] = field(default_factory=list)
    payers: list[Payer] = field(default_factory=list)
    faults: list[Sequence[str]] = field(default_factory=list)
    """What the asker had against each answer: the router would have asked again."""
    releases: list[str] = field(default_factory=list)
    ends: list[float] = field(default_factory=list)

    async def ask(
        self, call: Call, payer: Payer, *, release: str, ends_at: float, repair: Repair | None = None
    ) -> Answer:
        self.asked.append(call)
        self.payers.append(payer)
        self.releases.append(release)
        self.ends.append(ends_at)
        said = self.intent if call.purpose == "INTERPRET_INTENT" else self.spec
        said = said(call) if callable(said) else said
        assert said is not None, f"nobody expected a {call.purpose}"
        if isinstance(said, Exception):
            raise said
        self.faults.append(repair(said) if repair else [])
        return Answer(said, "scripted", "parrot", Usage(100, 20), 1234, 1)

    @property
    def purposes(self) -> list[str]:
        return [call.purpose for call in self.asked]


def reads(kind: str, confidence: float = 0.9, **more: object) -> Mapping[str, object]:
    """An answer about an intent."""
    return {"kind": kind, "confidence": confidence, **NOTHING, **more}


def sets(covers: Sequence[int] = (), unmapped: Sequence[str] = (), **parameters: object) -> Mapping[str, object]:
    """An answer about parameters."""
    return {"parameters": parameters, "covers": list(covers), "unmapped": list(unmapped)}


def considered(asks: ScriptedAsks, *, build_id: str = "build", tenant: str = "contoso") -> ConsideredModel:
    """The model of one build that has a minute left."""
    now = FakeClock().now()
    build = Build(build_id, "", BuildOptions(), "maker", BuildState.RUNNING, now, now, tenant=tenant)
    models = ConsideredModel(OfflineEngine(), asks, models="scripted/parrot", limit_s=20.0)
    return models.for_build(build, float("inf"))
