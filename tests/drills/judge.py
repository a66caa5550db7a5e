"""What must hold after a drill: each accepted build has ended exactly once, and is told exactly once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.client import open_channel, service_config

from tests.drills.load import Made

__all__ = ["STAGES", "artifacts_of", "interrupted_stages", "trail_faults", "trails", "verified", "work_faults"]

STAGES = (
    "intent-interpretation",
    "capability-matching",
    "specification-generation",
    "rules-validation",
    "final-validation",
    "code-generation",
    "packaging",
)
_FIRST, _LAST, _STAGE = "build.created", "build.succeeded", "stage.succeeded"


def work_faults(made: Made, reference: Mapping[str, Mapping[str, str]]) -> list[str]:
    """What is wrong with a build as its maker saw it."""
    build = made.build
    if build is None:
        return ["never ended"]
    faults = []
    if build.state != pb.Build.STATE_SUCCEEDED:
        faults.append(f"ended in {pb.Build.State.Name(build.state)}: {build.problem.code} {build.problem.message}")
    kinds = Counter(event.type for event in made.events)
    if kinds[pb.BuildEvent.TYPE_SUCCEEDED] != 1:
        faults.append(f"succeeded {kinds[pb.BuildEvent.TYPE_SUCCEEDED]} times")
    if [event.sequence for event in made.events] != list(range(1, len(made.events) + 1)):
        faults.append("its events have a gap or stand twice")
    done = [event.stage for event in made.events if event.type == pb.BuildEvent.TYPE_STAGE_SUCCEEDED]
    if done != sorted(set(done)) or len(done) != len(STAGES):
        faults.append(f"its stages were done as {done}")
    if artifacts_of(build) != reference[made.prompt]:
        faults.append("its artifacts are not those of the undisturbed run")
    return faults


def artifacts_of(build: pb.Build) -> dict[str, str]:
    """The hash of each file that a build made."""
    return {each.filename: each.sha256 for each in build.result.artifacts}


def interrupted_stages(made: Iterable[Made]) -> Counter[int]:
    """In which stages builds were running when their instance died."""
    found: Counter[int] = Counter()
    for each in made:
        running = 0
        for event in each.events:
            if event.type == pb.BuildEvent.TYPE_STAGE_STARTED:
                running = event.stage
            elif event.type == pb.BuildEvent.TYPE_HANDED_BACK:
                found[running] += 1
    return found


async def trails(target: str) -> dict[str, list[audit_pb2.Event]]:
    """The audit log's events by build, in the log's order."""
    found: dict[str, list[audit_pb2.Event]] = defaultdict(list)
    async with open_channel(target, service_config=service_config("pcf.audit.v1")) as channel:
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        async for event in stub.ExportEvents(audit_pb2.ExportEventsRequest(), timeout=600):
            found[event.build].append(event)
    return found


def trail_faults(events: Sequence[audit_pb2.Event]) -> list[str]:
    """What is wrong with what the audit log tells of one build that succeeded."""
    if not events:
        return ["the audit log tells nothing of it"]
    faults = []
    if len({event.event_id for event in events}) != len(events):
        faults.append("an event stands in the audit log twice")
    kinds = Counter(event.type for event in events)
    if (kinds[_FIRST], kinds[_LAST]) != (1, 1) or (events[0].type, events[-1].type) != (_FIRST, _LAST):
        faults.append(f"its trail goes from {events[0].type} to {events[-1].type}: {dict(kinds)}")
    stages = [event.details["stage"] for event in events if event.type == _STAGE]
    if stages != list(STAGES):
        faults.append(f"its trail has the stages {stages}")
    return faults


async def verified(target: str) -> audit_pb2.VerifyLogResponse:
    """What the audit log says of itself."""
    async with open_channel(target, service_config=service_config("pcf.audit.v1")) as channel:
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        return await stub.VerifyLog(audit_pb2.VerifyLogRequest(), timeout=600)
