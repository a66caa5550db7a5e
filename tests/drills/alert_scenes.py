"""What breaks, one after another, and which alerts must reach whom: no fewer and no others."""

from tests.drills.alert_breaks import (
    audit_event_changed,
    certificate_ends,
    compilers_taken,
    gateways_forgotten,
    generator_stalls_again_and_again,
    ill,
    killed,
    nothing,
    on_the_way,
    one_build_holds_up_its_tenant,
    release_spoiled,
    starved,
)
from tests.drills.alert_scene import Scene
from tests.drills.alert_traffic import builds, crowd, hard_prompts, listing, readers
from tests.servers.proxy import Proxy

__all__ = ["SCENES"]


def _alerts(*names: str) -> frozenset[str]:
    return frozenset(names)


SCENES = (
    Scene("nothing, under load", nothing, meanwhile=builds),
    Scene("the brain dies", killed(lambda world: [world.brain]), page=_alerts("ServiceDown"), meanwhile=builds),
    Scene("one of two generators dies", killed(lambda world: world.generators[1:]), ticket=_alerts("InstanceDown")),
    Scene("both generators die", killed(lambda world: world.generators), page=_alerts("ServiceDown")),
    Scene("the audit log dies", killed(lambda world: [world.audit]), page=_alerts("ServiceDown"), meanwhile=builds),
    Scene("both gateways die", killed(lambda world: world.gateways), page=_alerts("ServiceDown")),
    Scene(
        "the edge reaches no gateway",
        on_the_way(lambda world: world.roads, Proxy.refuse),
        page=_alerts("EnvoyWithoutUpstream"),
    ),
    Scene(
        "more comes than is answered in time",
        on_the_way(lambda world: world.roads, lambda way: way.slow(0.4)),
        page=_alerts("EnvoyShedsLoad"),
        meanwhile=crowd,
    ),
    Scene(
        "the database dies",
        killed(lambda world: [world.database]),
        page=_alerts("ServiceNotReady", "RestAvailabilityBurnsFast"),
        meanwhile=readers,
    ),
    Scene(
        "a database is slow for many",
        on_the_way(lambda world: [world.database_road], lambda way: way.slow(0.06)),
        ticket=_alerts("DatabasePoolFull"),
        meanwhile=listing,
    ),
    Scene(
        "the bucket refuses",
        on_the_way(lambda world: [world.bucket], Proxy.refuse),
        page=_alerts("ArtifactStoreDown"),
    ),
    Scene("a generator has no compilers", compilers_taken, ticket=_alerts("CompilersMissing")),
    Scene("a generator stalls again and again", generator_stalls_again_and_again, ticket=_alerts("LeasesLost")),
    Scene(
        "a build holds up its tenant",
        one_build_holds_up_its_tenant,
        ticket=_alerts("QueueOld"),
        meanwhile=builds,
    ),
    Scene("a release cannot be used", release_spoiled, ticket=_alerts("BrainReleaseRefused")),
    Scene("a processor is short", starved(lambda world: world.brain), ticket=_alerts("EventLoopSlow")),
    Scene("Redis dies", killed(lambda world: [world.cache]), ticket=_alerts("ResultCacheFaults"), meanwhile=builds),
    Scene(
        "the collector of traces vanishes",
        on_the_way(lambda world: [world.collector], Proxy.hang),
        ticket=_alerts("TracesLost"),
        meanwhile=builds,
    ),
    Scene(
        "a provider refuses the key",
        ill("auth", "openai"),
        ticket=_alerts("ModelAccountRefused"),
        meanwhile=hard_prompts,
    ),
    Scene(
        "one model is ill",
        ill("server_503", "openai"),
        ticket=_alerts("ModelCircuitOpen"),
        meanwhile=hard_prompts,
    ),
    Scene(
        "all models are ill",
        ill("server_503", "openai", "anthropic"),
        page=_alerts("AllModelCircuitsOpen"),
        meanwhile=hard_prompts,
    ),
    Scene("the edge's certificate ends soon", certificate_ends, ticket=_alerts("EnvoyCertificateExpires")),
    Scene("an audit event is changed", audit_event_changed, page=_alerts("AuditLogBroken")),
    Scene("the node is gone", killed(lambda world: [world.node]), page=_alerts("NodeDown")),
    Scene("the targets are lost", gateways_forgotten, page=_alerts("ServiceAbsent")),
    Scene(
        "the brain dies, and no wait is shortened",
        killed(lambda world: [world.brain]),
        page=_alerts("ServiceDown"),
        as_shipped=True,
    ),
)
