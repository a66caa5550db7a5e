"""`make bench-pages`: a page of a list takes the same time at 1,000 rows and at 1,000,000.

Both sizes lie in one Postgres and are asked in turn, so that what else the machine does hits both alike.
"""

import asyncio
import base64
import hashlib
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from pcf_audit.adapters.clock import SystemClock
from pcf_audit.domain.selection import LAST, Filter
from pcf_audit.metrics import AuditMetrics
from pcf_audit.opening import open_log
from pcf_audit.settings import AuditSettings
from pcf_generator.adapters.postgres.opening import open_store
from pcf_generator.domain.build import BuildState
from pcf_runtime.ids import new_ulid
from pcf_runtime.postgres import migrations
from pcf_runtime.postgres.pool import connect
from pcf_runtime.signed_note import Signer
from prometheus_client import CollectorRegistry

from tests.servers.postgres import Postgres, postgres

SMALL, LARGE = 1_000, 1_000_000
PAGE = 50
ROUNDS = 300
BAR = 1.5

Page = Callable[[], Awaitable[object]]

# Ids as ULIDs are written, rising; every 1,000th build failed. The first 100 made the same file, all others their own.
_BUILDS = """
INSERT INTO builds (id, actor, request_id, tenant, prompt, options, state, answers, result, brain_release,
  last_sequence, claims, create_time, update_time, end_time)
SELECT '01K' || lpad(n::text, 23, '0'), 'maker', 'r', 'default', 'a toggle switch',
  '{"component_name": "", "namespace": "", "publisher_prefix": "", "display_name": "", "description": "",
    "language": ""}', CASE WHEN n % 1000 = 0 THEN 'failed' ELSE 'succeeded' END, '[]',
  json_build_object('capability_id', 'toggle', 'component_name', 'Toggle', 'namespace', 'PcfBuilder',
    'display_name', 'Toggle', 'findings', '[]'::json, 'artifacts', json_build_array(json_build_object('kind', 'source',
    'filename', 'Toggle-source.zip', 'media_type', 'application/zip', 'size_bytes', 1,
    'sha256', encode(sha256(greatest(n, 100)::text::bytea), 'hex')))),
  'releases/0', 16, 1, now(), now(), now()
FROM generate_series(1, $1::bigint) AS n
"""
# One build for 20 events; every 1,000th event is of a rare type.
_EVENTS = """
WITH made AS (
  SELECT n, format(
    '{"actor":"sealed:0:x","build":"builds/01K%s","details":{},"event_id":"01K%s",'
    '"event_time":"2026-01-01T00:00:00.000000000Z","index":%s,"outcome":"succeeded","personal":{},'
    '"record_time":"2026-01-01T00:00:00.000000000Z","request_id":"r","tenant":"default","type":"%s"}',
    lpad((n / 20)::text, 23, '0'), lpad(n::text, 23, '0'), n,
    CASE WHEN n % 1000 = 0 THEN 'build.refused' ELSE 'stage.succeeded' END) AS content
  FROM generate_series(0, $1::bigint - 1) AS n
)
INSERT INTO audit_entries (idx, content, leaf_hash, event_id, tenant, build, actor, type)
SELECT n, content, sha256('\\x00'::bytea || convert_to(content, 'UTF8')), members ->> 'event_id', members ->> 'tenant',
  members ->> 'build', members ->> 'actor', members ->> 'type'
FROM (SELECT n, content, content::jsonb AS members FROM made) AS parsed
"""
_HEAD = """
INSERT INTO audit_heads (size, first, root, frontier, note, record_time) VALUES ($1, 0, '', '', '', 1)
"""


def main() -> None:
    """Fill, measure, print."""
    with postgres() as server:
        asyncio.run(_compare(server))


async def _compare(server: Postgres) -> None:
    async with AsyncExitStack() as stack:
        small, large = [await _filled(server, rows, stack) for rows in (SMALL, LARGE)]
        print(f"\na page of {PAGE}, median of {ROUNDS}, asked in turn")
        for name, page in small.items():
            times: tuple[list[float], list[float]] = ([], [])
            for _ in range(ROUNDS):
                for found, ask in zip(times, (page, large[name]), strict=True):
                    began = time.perf_counter()
                    await ask()
                    found.append(time.perf_counter() - began)
            few, many = (statistics.median(found) * 1_000 for found in times)
            ratio = many / few
            verdict = "met" if ratio <= BAR else "NOT MET"
            sizes = f"{few:6.2f} ms at {SMALL:,}   {many:6.2f} ms at {LARGE:,}"
            print(f"{name:<34} {sizes}   {ratio:4.2f}x ≤ {BAR}x {verdict}")


async def _filled(server: Postgres, rows: int, stack: AsyncExitStack) -> dict[str, Page]:
    """The pages to ask for, on databases with so many rows."""
    builds, log = (server.url(server.create_database()) for _ in range(2))
    print(f"filling {rows:,} builds and {rows:,} audit events", flush=True)
    await _fill(builds, "pcf_generator", [(_BUILDS, rows)])
    await _fill(log, "pcf_audit", [(_EVENTS, rows), (_HEAD, rows)])
    store = await stack.enter_async_context(open_store(builds, size=2, new_id=new_ulid))
    signing, sealing = Signer.generate("bench").text, base64.b64encode(bytes(32)).decode()
    settings = AuditSettings.model_validate({"database_url": log, "signing_key": signing, "master_key": sealing})
    opened = await stack.enter_async_context(open_log(settings, clock=SystemClock()))
    ledger = opened.ledger(settings, clock=SystemClock(), metrics=AuditMetrics(CollectorRegistry()))
    middle = f"01K{rows // 2:023d}"
    rare = Filter(type="build.refused")
    of_build = Filter(build=f"builds/01K{rows // 40:023d}")
    return {
        "builds, first page": lambda: store.list(tenant="default", limit=PAGE, before="", state=None),
        "builds, a page in the middle": lambda: store.list(tenant="default", limit=PAGE, before=middle, state=None),
        "builds that succeeded": lambda: store.list(
            tenant="default", limit=PAGE, before="", state=BuildState.SUCCEEDED
        ),
        "builds that made a file": lambda: store.find_artifact(
            hashlib.sha256(b"100").hexdigest(), limit=20, tenant="default"
        ),
        "a file that no build made": lambda: store.find_artifact("0f" * 32, limit=20, tenant="default"),
        "events, first page": lambda: ledger.page(Filter(), end=LAST, limit=PAGE),
        "events, a page in the middle": lambda: ledger.page(Filter(), end=rows // 2, limit=PAGE),
        "events of a build": lambda: ledger.page(of_build, end=LAST, limit=PAGE),
        "events of a common type": lambda: ledger.page(Filter(type="stage.succeeded"), end=LAST, limit=PAGE),
        "the newest event of a rare type": lambda: ledger.page(rare, end=LAST, limit=1),
    }


async def _fill(url: str, package: str, statements: list[tuple[str, int]]) -> None:
    connection = await connect(url, application="bench")
    try:
        await migrations.apply(connection, migrations.shipped(package))
        for sql, rows in statements:
            await connection.execute(sql, rows, timeout=1_800)
        await connection.execute("VACUUM ANALYZE", timeout=1_800)
    finally:
        await connection.close()


if __name__ == "__main__":
    main()
