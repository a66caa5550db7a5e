"""`make bench-claims`: a claim takes the same time however many builds wait; it grows with the tenants that wait.

With many tenants it takes longer in a long queue all the same: it looks at as many places of the index, but they lie
on more pages. All queues lie in one Postgres and are asked in turn, so that what else the machine does hits all alike.
"""

import asyncio
import statistics
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from pcf_generator.adapters.postgres import claims
from pcf_generator.adapters.postgres.database import Database
from pcf_generator.adapters.postgres.opening import open_database
from pcf_generator.domain.share import EQUAL
from pcf_runtime.postgres import migrations
from pcf_runtime.postgres.pool import connect

from tests.servers.postgres import Postgres, postgres

SMALL, LARGE = 1_000, 100_000
BARS = {1: 1.5, 1_000: 3.0}
"""How much longer a claim may take in the large queue, by how many tenants wait."""
ROUNDS = 300

# Ids as ULIDs are written, rising; tenants take turns to queue.
_BUILDS = """
INSERT INTO builds (id, actor, request_id, tenant, prompt, options, state, answers, brain_release, last_sequence,
  claims, create_time, update_time)
SELECT '01K' || lpad(n::text, 23, '0'), 'maker', 'r', 'tenant-' || n % $2::int, 'a toggle switch',
  '{"component_name": "", "namespace": "", "publisher_prefix": "", "display_name": "", "description": "",
    "language": ""}', 'queued', '[]', '', 1, 0, now(), now()
FROM generate_series(1, $1::int) AS n
"""
_END = "UPDATE builds SET state = 'succeeded', lease_owner = NULL, lease_until = NULL WHERE id = $1"


@dataclass(frozen=True)
class Queue:
    """One queue, and how long its claims took."""

    waiting: int
    tenants: int
    database: Database
    took_ms: list[float] = field(default_factory=list)

    async def claim(self) -> None:
        """Take the next build, and end it."""
        began = time.perf_counter()
        lease = await self.database.run(lambda at: claims.claim(at, "bench", lease_s=60, shares=EQUAL))
        self.took_ms.append((time.perf_counter() - began) * 1_000)
        if lease is None:
            raise RuntimeError("nothing waits")
        ended = lease.build.id
        await self.database.run(lambda at: at.execute(_END, ended))


def main() -> None:
    """Fill, measure, print."""
    with postgres() as server:
        asyncio.run(_compare(server))


async def _compare(server: Postgres) -> None:
    async with AsyncExitStack() as stack:
        print("filling the queues", flush=True)
        queues = [await _filled(server, waiting, of, stack) for of in BARS for waiting in (SMALL, LARGE)]
        for _ in range(ROUNDS):
            for queue in queues:
                await queue.claim()
    print(f"\na claim, median of {ROUNDS}, asked in turn")
    for few, many in zip(queues[::2], queues[1::2], strict=True):
        small, large = (statistics.median(queue.took_ms) for queue in (few, many))
        bar = BARS[few.tenants]
        verdict = "met" if large / small <= bar else "NOT MET"
        sizes = f"{small:6.2f} ms at {SMALL:,}   {large:6.2f} ms at {LARGE:,}"
        print(f"{few.tenants:>5,} tenants wait   {sizes}   {large / small:4.2f}x ≤ {bar}x {verdict}")


async def _filled(server: Postgres, waiting: int, tenants: int, stack: AsyncExitStack) -> Queue:
    url = server.url(server.create_database())
    connection = await connect(url, application="bench")
    try:
        await migrations.apply(connection, migrations.shipped("pcf_generator"))
        await connection.execute(_BUILDS, waiting, tenants)
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
    return Queue(waiting, tenants, await stack.enter_async_context(open_database(url, size=1)))


if __name__ == "__main__":
    main()
