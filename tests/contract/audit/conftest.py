"""The audit service on a real server, its log in a file."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1 import audit_pb2_grpc
from pcf_audit.adapters.sqlite_store import SqliteEventStore, open_sqlite
from pcf_audit.bootstrap import DOMAIN, rpc
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_audit.notary import Notary
from pcf_audit.prover import Prover
from pcf_audit.vault import Vault
from pcf_runtime.request_context import RequestContext, bind
from pcf_runtime.sealing import Sealer
from pcf_runtime.signed_note import Signer, Verifier
from pcf_runtime.testing import FakeClock, serving
from prometheus_client import CollectorRegistry

ORIGIN = "test.audit"
MessageMaker = Callable[..., pb.Event]


@dataclass(frozen=True, slots=True)
class Audit:
    """What a test talks to, and what it may turn or break."""

    stub: audit_pb2_grpc.AuditServiceStub
    clock: FakeClock
    store: SqliteEventStore
    database: Path
    verifier: Verifier


@pytest.fixture
async def audit(tmp_path: Path) -> AsyncIterator[Audit]:
    clock, database = FakeClock(), tmp_path / "audit.db"
    notary = Notary(Signer.generate(ORIGIN), origin=ORIGIN)
    async with open_sqlite(database, clock=clock, lock_wait_s=0.01) as store:
        ledger = Ledger(
            store,
            vault=Vault(store, [Sealer(bytes(32))], elapsed_s=lambda: clock.now().timestamp()),
            notary=notary,
            clock=clock,
            metrics=AuditMetrics(CollectorRegistry()),
            max_batch_events=1_000,
            max_waiting_events=2_000,
        )
        # An administrator asks; who is none is test_tenants.py's.
        asking = bind(RequestContext("trace", all_tenants=True))
        async with serving([rpc(ledger, Prover(store))], domain=DOMAIN) as server:
            with asking:
                yield Audit(audit_pb2_grpc.AuditServiceStub(server.channel), clock, store, database, notary.verifier)
        await ledger.close()


@pytest.fixture
def stub(audit: Audit) -> audit_pb2_grpc.AuditServiceStub:
    return audit.stub


@pytest.fixture(scope="session")
def make_message() -> MessageMaker:
    """The nth event of a dull day; any of its fields can be given."""

    def make(number: int = 0, **fields: object) -> pb.Event:
        given: dict[str, object] = {
            "event_id": f"{number:026d}",
            "tenant": "default",
            "type": "build.created",
            "event_time": Timestamp(seconds=1_767_225_600, nanos=number),
            "actor": "maker@example.com",
            "build": f"builds/{number // 3:026d}",
            "request_id": "0c5a4c39-7d4f-4dc5-93a2-0b8c39a4b6a1",
            "outcome": pb.Event.OUTCOME_SUCCEEDED,
            "details": {"kind": "star-rating", "number": str(number)},
        }
        return pb.Event(**(given | fields))

    return make
