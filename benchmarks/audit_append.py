"""Events appended durably, through the ledger on PostgreSQL, beside COPY of the same rows in the same run.

    python benchmarks/audit_append.py

The server is one of its own in a temporary folder, with fsync and synchronous_commit on.
"""

import asyncio
import os
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pcf_audit.adapters.clock import SystemClock
from pcf_audit.adapters.postgres_opening import open_postgres
from pcf_audit.domain.event import Event, Outcome
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_audit.notary import Notary
from pcf_audit.vault import Vault
from pcf_runtime.postgres import migrations
from pcf_runtime.postgres.pool import Pool, connect, open_pool
from pcf_runtime.sealing import Sealer
from pcf_runtime.signed_note import Signer
from prometheus_client import CollectorRegistry

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.servers.postgres import postgres

ROUNDS = 5
EVENTS = 30_000
CALL = 500
BATCH = 1_000
BARE = "CREATE TABLE bare (idx bigint NOT NULL, content text NOT NULL, leaf_hash bytea NOT NULL)"
COLUMNS = ("idx", "content", "leaf_hash")
TYPES = ("build.created", "route.decided", "stage.succeeded", "stage.failed", "build.succeeded")


@dataclass(frozen=True, slots=True)
class Log:
    """What is measured, and the database it stands in."""

    ledger: Ledger
    pool: Pool


def main() -> None:
    """Measure and print."""
    sys.stdout.write(f"audit append: {measured()}\n")


def measured() -> str:
    """How fast, on a server of its own."""
    with postgres(durable=True) as server:
        return asyncio.run(_appending(server.url()))


async def _appending(url: str) -> str:
    async with _log(url) as log:
        return await _figures(log)


async def _figures(log: Log) -> str:
    """Ours and bare COPY, in turns."""
    bare, ours = [], []
    for _ in range(ROUNDS):
        first = await _size(log)
        ours.append(EVENTS / await _timed(partial(_append, log.ledger, _events(first, EVENTS))))
        bare.append(await _bare_copy(log.pool, first))
    share = statistics.median(a / b for a, b in zip(ours, bare, strict=True))
    return (
        f"{statistics.median(ours):,.0f} events/s in batches of {BATCH:,}, "
        f"bare COPY {statistics.median(bare):,.0f} rows/s = {share:.0%}"
    )


async def _append(ledger: Ledger, events: Sequence[Event]) -> None:
    """As busy callers do: calls of 500, many at a time."""
    calls = [events[at : at + CALL] for at in range(0, len(events), CALL)]
    await asyncio.gather(*map(ledger.append, calls))


async def _bare_copy(pool: Pool, first: int) -> float:
    """The same rows into a table without index, constraint or trigger, in as many transactions."""
    rows = await pool.fetch("SELECT idx, content, leaf_hash FROM audit_entries WHERE idx >= $1 ORDER BY idx", first)
    await pool.execute(BARE)
    began = time.perf_counter()
    for at in range(0, len(rows), BATCH):
        records = [tuple(row) for row in rows[at : at + BATCH]]
        await pool.copy_records_to_table("bare", records=records, columns=COLUMNS)
    took = time.perf_counter() - began
    await pool.execute("DROP TABLE bare")
    return len(rows) / took


async def _timed(call: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await call()
    return time.perf_counter() - began


async def _size(log: Log) -> int:
    size: int = await log.pool.fetchval("SELECT coalesce(max(size), 0) FROM audit_heads")
    return size


def _events(first: int, count: int) -> list[Event]:
    """As the generator reports them: thirty a build, ten tenants, most by the service itself."""
    return [_event(number) for number in range(first, first + count)]


def _event(number: int) -> Event:
    by_maker = number % 30 == 0
    return Event(
        event_id=f"{number:026d}",
        type=TYPES[number % len(TYPES)],
        event_time_ns=1_767_225_600_000_000_000 + number,
        actor=f"maker {number // 30 % 500}" if by_maker else "pcf-generator",
        outcome=Outcome.SUCCEEDED,
        build=_build(number),
        request_id="0c5a4c39-7d4f-4dc5-93a2-0b8c39a4b6a1",
        details={"stage": "validate", "release": "5f3c" * 16, "milliseconds": str(number % 97)},
        tenant="default" if number % 3 else f"t{number % 10}",
        personal={"prompt": f"I need a 5-star rating for product {number}"} if by_maker else {},
    )


def _build(number: int) -> str:
    return f"builds/{number // 30:026d}"


@asynccontextmanager
async def _log(url: str) -> AsyncIterator[Log]:
    steps = migrations.shipped("pcf_audit")
    connection = await connect(url, application="benchmark")
    await migrations.apply(connection, steps)
    await connection.close()
    async with (
        open_postgres(url, statement_timeout_s=300) as store,
        open_pool(url, application="benchmark", statement_timeout_s=300) as pool,
    ):
        ledger = Ledger(
            store,
            vault=Vault(store, [Sealer(os.urandom(32))], elapsed_s=time.monotonic),
            notary=Notary(Signer.generate("benchmark"), origin="benchmark"),
            clock=SystemClock(),
            metrics=AuditMetrics(CollectorRegistry()),
            max_batch_events=BATCH,
            max_waiting_events=1_000_000,
        )
        yield Log(ledger, pool)
        await ledger.close()


if __name__ == "__main__":
    main()
