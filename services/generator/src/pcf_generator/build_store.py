"""What the runner and the servicer need from a store of builds; `adapters/sqlite/` and `adapters/postgres/` are two.

Every change of a build, its events and its audit entries are one transaction. Nothing here waits for another
service.

A build that ends whatever instance runs it must not end them all, so claims are counted. What is counted is runs
without progress: a stage that is completed sets the count back to one, the run that completed it. So a build is given
up once a stage was tried by three runs in a row, and one that is hit by crashes of other causes lives as long as it
gets on between them. A run that is handed back does not count.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pcf_generator.domain.build import Build, BuildEvent, BuildState, NewEvent
from pcf_generator.domain.share import EQUAL, Shares
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.tenant import DEFAULT, marks
from pcf_generator.domain.trail import AuditEvent, TrailEntry
from pcf_generator.ports.journal import Checkpoint, StageDone

QUEUE_RETRY_S = 5.0
"""When to come again where nobody knows how fast the queue moves."""


class StoreUnavailable(Exception):  # noqa: N818 - reads as what it is
    """The store does not answer now; any method may raise it. Whether a write took place is not known."""


class StoreRefusal(Exception):  # noqa: N818 - the family of what a caller did wrong
    """A change that the store does not make.

    StoreRefusal
    ├── BuildUnknown        there is no such build of the tenant's
    ├── RequestIdReused     the request id came before with other content
    ├── QueueFull           as many builds wait as may
    ├── TenantQueueFull     as many of the tenant's builds wait as may
    └── WrongState          the build is not in a state that allows the change
    """


class BuildUnknown(StoreRefusal):
    """There is no such build, or it is another tenant's: nobody can tell which."""


class RequestIdReused(StoreRefusal):
    """The request id came before with other content."""


class QueueFull(StoreRefusal):
    """As many builds wait as may; `waiting` says how many, `retry_after_s` when there may be room again."""

    def __init__(self, waiting: int) -> None:
        super().__init__(str(waiting))
        self.waiting = waiting
        self.retry_after_s = QUEUE_RETRY_S


class TenantQueueFull(QueueFull):
    """As many of the tenant's builds wait as may; those of others have room."""


class WrongState(StoreRefusal):
    """The build's state does not allow the wish: `answer`, `cancel` or `resume`."""

    def __init__(self, build: Build, wish: str) -> None:
        super().__init__(f"{wish} in state {build.state}")
        self.build = build
        self.wish = wish


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run a build, for a while. `holder` names this one claim: no other lease has the same."""

    build: Build
    holder: str


@dataclass(frozen=True, slots=True)
class Request:
    """What makes a write safe to repeat, and who made it: an empty id means it is not.

    `trace_id` is the id of the request in logs and in the audit log, `tenant` the one it came for.
    """

    id: str
    fingerprint: str
    actor: str
    trace_id: str = ""
    tenant: str = DEFAULT

    @property
    def stored_id(self) -> str:
        """What stores keep it under: two tenants may give the same id. No tenant's name holds a slash."""
        return "/".join((*marks(self.tenant), self.id)) if self.id else ""


Change = Callable[[Build], Build]
"""From a build to the build after a change; raises WrongState. Runs inside the transaction, so it must be quick."""


class BuildStore(Protocol):
    """Builds, their events and checkpoints, and the audit entries not yet delivered."""

    async def create(
        self, build: Build, request: Request, *, queue_limit: int, tenant_limit: int | None = None
    ) -> Build:
        """Queue a build, or give the one this request made before; RequestIdReused, QueueFull, TenantQueueFull."""

    async def get(self, build_id: str, *, tenant: str) -> Build:
        """One build of the tenant's; BuildUnknown."""

    async def list(self, *, tenant: str, limit: int, before: str, state: BuildState | None) -> Sequence[Build]:
        """The tenant's builds, newest first, older than the id `before` if it is given."""

    async def find_artifact(self, sha256: str, *, tenant: str, limit: int) -> tuple[Sequence[Build], int]:
        """The tenant's builds whose results hold a file with this hash, in lower case, oldest first; and how many."""

    async def change(
        self, build_id: str, change: Change, *, event: NewEvent, trail: TrailEntry, request: Request
    ) -> Build:
        """Change a build of the request's tenant; BuildUnknown, RequestIdReused, and what `change` raises.

        The same request again gives the build as it is now.
        """

    async def record(self, build_id: str, trail: TrailEntry, request: Request) -> None:
        """Put an entry about a build of the request's tenant into the outbox; BuildUnknown."""

    async def claim(self, owner: str, *, lease_s: float, shares: Shares = EQUAL) -> Lease | None:
        """Take a build whose lease ran out, or else the oldest of the tenant whose turn it is; None if there is none.

        It is the turn of who has the fewest running builds for its weight, and among equals of who had none for
        longest: whoever has nothing running waits for at most one claim of each other tenant. Nobody gets more than
        may run. Claims that are made at the same moment may differ from that order by as many as they are.
        """

    async def renew(self, lease: Lease, *, lease_s: float) -> bool:
        """Keep the lease; false when it is lost or has run out."""

    async def wait_for_loss(self, lease: Lease, *, timeout_s: float) -> None:
        """Return once the lease may be lost, or the time is over."""

    async def begin(self, lease: Lease, release: str) -> dict[Stage, Checkpoint]:
        """Bind the build to a release of the brain, and give what its stages left; LeaseLost.

        Beginning again under the same lease changes nothing.
        """

    async def stage_done(self, lease: Lease, done: StageDone, *, then: Stage | None) -> None:
        """Store a stage's result and begin the next; LeaseLost.

        The same result again under the same lease changes nothing: who does not know whether it was stored repeats.
        """

    async def settle(
        self,
        lease: Lease,
        change: Change,
        *,
        event: NewEvent,
        trail: Sequence[TrailEntry],
        shared: Checkpoint | None = None,
    ) -> Build:
        """Store how a run ended, and what it leaves to other builds, and give up the lease; LeaseLost."""

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
        """Store a whole run: that it began with a release, did these stages and ended; LeaseLost.

        A stage that the build's own checkpoint has for the same input was done and told before, and is not again.
        """

    async def hand_back(self, lease: Lease, *, message: str) -> None:
        """Queue the build again, to be claimed at once; nothing if the lease is lost. Does not count as a claim."""

    async def recall(self, input_hash: str) -> Checkpoint | None:
        """A shared stage's result, or what was remembered under this name."""

    async def remember(self, result: Checkpoint, *, tenant: str) -> Checkpoint:
        """Keep a result for the tenant's builds, unless there is one: the first one, which stands, is given back."""

    async def events(self, build_id: str, *, after: int, limit: int) -> Sequence[BuildEvent]:
        """Events with a higher number, in order. Whose the build is, only `get` asks."""

    async def wait_for_change(self, build_id: str, *, after: int, timeout_s: float) -> None:
        """Return once there may be an event after that number, or the time is over."""

    async def wait_for_work(self, *, timeout_s: float) -> None:
        """Return once a build may be waiting, or the time is over."""

    async def wait_for_trail(self, *, timeout_s: float) -> None:
        """Return once the outbox may hold entries it did not hold when this returned last, or the time is over."""

    async def take_delivery(self, owner: str, *, turn_s: float) -> bool:
        """Whether it is this owner's turn to deliver audit entries; if so, no other's for `turn_s`.

        Spares the audit log what would be delivered twice. It would do no harm: entries carry their ids.
        """

    async def leave_delivery(self, owner: str) -> None:
        """End this owner's turn, if it has one."""

    async def undelivered(self, *, limit: int) -> Sequence[AuditEvent]:
        """The oldest audit entries not yet acknowledged, in order."""

    async def delivered(self, event_ids: Sequence[str]) -> None:
        """Forget entries that the audit log acknowledged."""

    async def set_aside(self, event_id: str, *, reason: str) -> None:
        """Move an entry that the audit log refuses for good out of the outbox, to where operators find it."""

    async def queue_depth(self) -> int:
        """How many builds wait."""

    async def tenants_waiting(self) -> int:
        """How many tenants have builds that wait."""

    async def queue_age_s(self) -> float:
        """How long the longest waiting of the builds that are next of their tenants has waited; 0 if none waits."""

    async def outbox_depth(self) -> int:
        """How many audit entries are not yet acknowledged."""

    async def outbox_age_s(self) -> float:
        """How long the oldest of them has waited; 0 if there is none."""

    async def ping(self) -> None:
        """Fail if the store cannot answer."""
