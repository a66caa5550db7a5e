"""The delivery of the outbox against a scripted audit log on a real server."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_generator.adapters.audit_client import BATCH, AuditDelivery, DeliveryTimes
from pcf_generator.build_store import StoreUnavailable
from pcf_generator.domain.trail import Outcome, TrailEntry
from pcf_runtime import errors
from pcf_runtime.server import Rpc
from pcf_runtime.testing import serving

QUICK = DeliveryTimes(linger_s=0, idle_s=600, first_delay_s=0.001, longest_delay_s=0.002, flush_s=2)
AWAY = errors.FailedPrecondition("AWAY", "stands for all that may pass, without gRPC's own retries")


@dataclass
class ScriptedAudit(audit_pb2_grpc.AuditServiceServicer):
    """Appends, unless `faults` holds something to raise first, or an event is one of `bad`."""

    log: list[audit_pb2.Event] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    faults: list[errors.ServiceError] = field(default_factory=list)
    bad: dict[str, errors.ServiceError] = field(default_factory=dict)
    answering: asyncio.Event = field(default_factory=asyncio.Event)
    answers_lost: bool = False

    async def AppendEvents(self, request: audit_pb2.AppendEventsRequest, context: Any) -> Any:  # noqa: N802
        await self.answering.wait()
        self.sizes.append(len(request.events))
        if self.faults:
            raise self.faults.pop(0)
        for event in request.events:
            if event.event_id in self.bad:
                raise self.bad[event.event_id]
        known = {event.event_id for event in self.log}
        self.log += [event for event in request.events if event.event_id not in known]
        if self.answers_lost:
            self.answers_lost = False
            raise AWAY
        return audit_pb2.AppendEventsResponse()

    def types(self) -> list[str]:
        return [event.type for event in self.log]


@dataclass
class Deliveries:
    """Implements `DeliveryObserver`, and waits for it."""

    delivered: int = 0
    set_aside: int = 0
    told: asyncio.Condition = field(default_factory=asyncio.Condition)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def entries_delivered(self, count: int) -> None:
        self.delivered += count
        self._tell()

    def entry_set_aside(self) -> None:
        self.set_aside += 1
        self._tell()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self.told:
            await self.told.wait_for(condition)

    def _tell(self) -> None:
        task = asyncio.create_task(self._notify())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _notify(self) -> None:
        async with self.told:
            self.told.notify_all()


@pytest.fixture
async def audit():
    scripted = ScriptedAudit()
    scripted.answering.set()
    return scripted


@pytest.fixture
async def channel(audit):
    rpc = Rpc(
        "pcf.audit.v1.AuditService",
        lambda server: audit_pb2_grpc.add_AuditServiceServicer_to_server(audit, server),
    )
    async with serving([rpc], domain="audit.pcf", drain_grace_s=0) as server:
        yield server.channel


@pytest.fixture
def deliver(scene, channel):
    """A delivery at work for as long as the block lasts."""

    @asynccontextmanager
    async def delivering(
        store: Any = None, times: DeliveryTimes = QUICK, owner: str = "one"
    ) -> AsyncIterator[Deliveries]:
        observer = Deliveries()
        delivery = AuditDelivery(store or scene.store, channel, owner=owner, observer=observer, times=times)
        await delivery.start()
        yield observer
        async with asyncio.timeout(10):
            await delivery.stop()

    return delivering


async def record(scene, *names, build=None):
    build = build or await scene.queued()
    for name in names:
        await scene.store.record(build.id, TrailEntry(name), scene.request())
    return build


async def test_entries_arrive_in_order_and_leave_the_outbox(scene, audit, deliver):
    await record(scene, "one", "two", "three")
    async with deliver() as deliveries:
        await deliveries.until(lambda: deliveries.delivered == 4)
    assert ["build.created", "one", "two", "three"] == audit.types()
    assert 0 == await scene.store.outbox_depth()


async def test_an_entry_arrives_as_it_was_written(scene, audit, deliver):
    build = await scene.queued()
    entry = TrailEntry("build.refused", Outcome.REFUSED, {"code": "PCF-CAP-001"}, {"wish": "a teapot"})
    await scene.store.record(build.id, entry, scene.request("r1", actor="maker@example.com"))
    written = (await scene.store.undelivered(limit=10))[1]
    async with deliver() as deliveries:
        await deliveries.until(lambda: deliveries.delivered == 2)
    arrived = audit.log[1]
    assert written.event_id == arrived.event_id
    assert (f"builds/{build.id}", "maker@example.com", "trace r1") == (arrived.build, arrived.actor, arrived.request_id)
    assert ("build.refused", audit_pb2.Event.OUTCOME_REFUSED) == (arrived.type, arrived.outcome)
    assert ({"code": "PCF-CAP-001"}, {"wish": "a teapot"}) == (dict(arrived.details), dict(arrived.personal))
    assert scene.clock.now() == arrived.event_time.ToDatetime(tzinfo=scene.clock.now().tzinfo)


async def test_what_a_maker_asked_for_arrives_as_personal_of_its_tenant(scene, audit, deliver):
    await scene.queued("5 stars for Ada", tenant="contoso")
    async with deliver() as deliveries:
        await deliveries.until(lambda: deliveries.delivered == 1)
    (created,) = audit.log
    assert ("build.created", "contoso", {"prompt": "5 stars for Ada"}, {}) == (
        created.type,
        created.tenant,
        dict(created.personal),
        dict(created.details),
    )


async def test_entries_that_come_later_wake_the_delivery(scene, audit, deliver):
    async with deliver() as deliveries:
        build = await record(scene, "one")
        await deliveries.until(lambda: deliveries.delivered == 2)
        await record(scene, "two", build=build)
        await deliveries.until(lambda: deliveries.delivered == 3)
    assert ["build.created", "one", "two"] == audit.types()


async def test_many_entries_arrive_in_batches(scene, audit, deliver):
    await record(scene, *(["one"] * BATCH))
    async with deliver() as deliveries:
        await deliveries.until(lambda: deliveries.delivered == BATCH + 1)
    assert [BATCH, 1] == audit.sizes


async def test_an_audit_log_that_is_away_gets_everything_once_when_it_is_back(scene, audit, deliver):
    audit.faults = [AWAY] * 5
    build = await record(scene, "one")
    async with deliver() as deliveries:
        await record(scene, "two", build=build)
        await deliveries.until(lambda: deliveries.delivered == 3)
    assert ["build.created", "one", "two"] == audit.types()


@pytest.mark.parametrize(
    "fault",
    [
        errors.Unavailable("STORE_UNAVAILABLE", "away"),
        errors.DeadlineExceeded("DEADLINE_EXCEEDED", "slow"),
        errors.ResourceExhausted("LOG_BUSY", "busy", retry_after_s=1.0),
        errors.Internal("INTERNAL", "internal error"),
        errors.Unknown("UNKNOWN", "what?"),
        errors.PermissionDenied("PERMISSION_DENIED", "not you"),
        errors.Unimplemented("UNIMPLEMENTED", "an older audit log"),
        errors.DataLoss("LOG_DAMAGED", "damaged"),
    ],
    ids=lambda fault: fault.reason,
)
async def test_what_is_not_about_the_entries_is_waited_out(scene, audit, deliver, fault):
    audit.faults = [fault]
    await record(scene, "one")
    async with deliver() as deliveries:
        await deliveries.until(lambda: deliveries.delivered == 2)
        assert 0 == deliveries.set_aside


async def test_an_answer_that_was_lost_does_no_harm(scene, audit, deliver):
    audit.answers_lost = True
    await record(scene, "one")
    async with deliver() as deliveries:
        await deliveries.until(lambda: deliveries.delivered == 2)
    assert ["build.created", "one"] == audit.types()
    assert [2, 2] == audit.sizes


@pytest.mark.parametrize(
    "fault",
    [
        errors.AlreadyExists("EVENT_ID_REUSED", "known with another content"),
        errors.InvalidArgument("INVALID_REQUEST", "events[0].type: too long"),
        errors.ResourceExhausted("RESOURCE_EXHAUSTED", "Received message larger than max"),
    ],
    ids=lambda fault: fault.reason,
)
@pytest.mark.parametrize("position", [0, 5, 9])
async def test_an_entry_that_is_refused_for_good_is_set_aside_and_the_others_arrive(
    scene, audit, deliver, caplog, fault, position
):
    build = await scene.queued()
    await record(scene, *(["one"] * 9), build=build)
    events = list(await scene.store.undelivered(limit=100))
    bad = events.pop(position)
    audit.bad = {bad.event_id: fault}
    async with deliver() as deliveries:
        await deliveries.until(lambda: (deliveries.delivered, deliveries.set_aside) == (9, 1))
    (line,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert [event.event_id for event in events] == [event.event_id for event in audit.log]
    assert 0 == await scene.store.outbox_depth()
    assert bad.event_id == line.__dict__["pcf.event_id"]
    assert fault.reason == line.__dict__["pcf.reason"]


async def test_a_few_bad_entries_among_many_cost_few_calls(scene, audit, deliver):
    build = await scene.queued()
    await record(scene, *(["one"] * 199), build=build)
    events = await scene.store.undelivered(limit=300)
    fault = errors.InvalidArgument("INVALID_REQUEST", "bad")
    audit.bad = {events[n].event_id: fault for n in (3, 77, 78)}
    async with deliver() as deliveries:
        await deliveries.until(lambda: (deliveries.delivered, deliveries.set_aside) == (197, 3))
    assert len(audit.sizes) < 60


async def test_a_stop_delivers_what_is_left(scene, audit, deliver):
    async with deliver():
        audit.answering.clear()
        await record(scene, "one")
        audit.answering.set()
    assert ["build.created", "one"] == audit.types()


async def test_a_dead_audit_log_does_not_hold_a_stop(scene, audit, deliver):
    """It takes the call and never answers."""
    audit.answering.clear()
    await record(scene, "one")
    began = asyncio.get_running_loop().time()
    async with deliver(times=DeliveryTimes(linger_s=0, flush_s=0.2)):
        pass
    assert asyncio.get_running_loop().time() - began < 2
    assert 2 == await scene.store.outbox_depth()


async def test_what_a_stop_left_is_delivered_after_the_next_start(scene, audit, deliver):
    audit.answering.clear()
    await record(scene, "one")
    async with deliver(times=DeliveryTimes(flush_s=0.01)):
        pass
    audit.answering.set()
    async with deliver() as deliveries:
        await deliveries.until(lambda: deliveries.delivered == 2)
    assert ["build.created", "one"] == audit.types()


async def test_a_stop_before_the_start_is_nothing(scene, channel):
    await AuditDelivery(scene.store, channel, owner="one", observer=Deliveries()).stop()


@dataclass
class Counting:
    """A store that counts how often it is looked at, may be away, and tells how long the delivery wants to rest."""

    store: Any
    looks: int = 0
    faults: list[Exception] = field(default_factory=list)
    rests: asyncio.Queue[float] = field(default_factory=asyncio.Queue)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def undelivered(self, *, limit: int) -> Any:
        self.looks += 1
        if self.faults:
            raise self.faults.pop(0)
        return await self.store.undelivered(limit=limit)

    async def wait_for_trail(self, *, timeout_s: float) -> None:
        self.rests.put_nowait(timeout_s)
        await self.store.wait_for_trail(timeout_s=timeout_s)


async def test_an_idle_delivery_leaves_the_store_alone_until_it_is_woken(scene, deliver):
    store = Counting(scene.store)
    build = await record(scene, "one")
    async with asyncio.timeout(20), deliver(store):
        # For what was there, and for the wake-up that had caused.
        assert 600 == await store.rests.get()
        assert 600 == await store.rests.get()
        assert 2 == store.looks
        await record(scene, "two", build=build)
        assert 600 == await store.rests.get()
        assert 3 == store.looks


async def test_entries_of_another_instance_are_found_without_a_wake_up(scene, audit, deliver):
    async with deliver(times=DeliveryTimes(linger_s=0, idle_s=0.01)) as deliveries:
        other = await scene.open()
        await other.create(scene.draft(), scene.request(), queue_limit=10)
        await deliveries.until(lambda: deliveries.delivered == 1)


async def test_a_store_that_is_away_is_waited_out(scene, deliver):
    store = Counting(scene.store, faults=[StoreUnavailable("SQLITE_BUSY")] * 3)
    await record(scene, "one")
    async with deliver(store) as deliveries:
        await deliveries.until(lambda: deliveries.delivered == 2)


async def test_a_delivery_that_dies_says_so(scene, deliver, caplog):
    store = Counting(scene.store, faults=[AssertionError("a fault of ours")])
    async with deliver(store):
        while store.faults:
            await scene.store.ping()
        await scene.store.ping()
    assert ["audit delivery stopped by an error"] == [
        line.message for line in caplog.records if line.levelno == logging.CRITICAL
    ]


async def test_an_instance_that_leaves_lets_another_deliver_at_once(postgres_scene, scene, audit, deliver):
    """On the database that instances share; a turn would last much longer than this test."""
    other = await postgres_scene.open()
    async with deliver(postgres_scene.store, owner="one"):
        await record(postgres_scene, "one")
    async with deliver(other, owner="two") as deliveries:
        await record(postgres_scene, "two")
        await deliveries.until(lambda: deliveries.delivered >= 2)
    assert ["build.created", "one", "build.created", "two"] == audit.types()


async def test_two_that_deliver_at_once_do_no_harm(scene, audit, deliver):
    """As when a turn ran out in the middle of a slow call."""
    await record(scene, *(["one"] * 20))

    class Impatient:
        def __getattr__(self, name):
            return getattr(scene.store, name)

        async def take_delivery(self, owner, *, turn_s):
            return True

    async with asyncio.timeout(20), deliver(Impatient(), owner="one"), deliver(Impatient(), owner="two"):
        while await scene.store.outbox_depth():
            pass
    assert ["build.created", *["one"] * 20] == audit.types()
