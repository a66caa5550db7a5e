"""`pcf-audit retain`: drops the oldest partitions of the log in PostgreSQL, and records in the log that it was done."""

import argparse
import asyncio
import sys
from contextlib import AsyncExitStack
from typing import Final

from pcf_runtime.errors import ServiceError
from pcf_runtime.ids import new_ulid
from pcf_runtime.lifecycle import Command
from pcf_runtime.login import login
from pcf_runtime.starting import CannotStartError
from prometheus_client import CollectorRegistry

from pcf_audit.adapters.clock import SystemClock
from pcf_audit.domain import instant
from pcf_audit.domain.event import Event, Outcome
from pcf_audit.export.archive import ArchiveError
from pcf_audit.export.opening import open_archive
from pcf_audit.export.reading import ArchivedContents
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_audit.opening import open_log
from pcf_audit.ports import Clock
from pcf_audit.retention import Contents, Partition, Record, Retention, StoredContents
from pcf_audit.settings import AuditSettings

__all__ = ["RETAIN"]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--older-than", type=int, required=True, metavar="DAYS", help="age of the newest event to drop")
    parser.add_argument("--without-export", action="store_true", help="do not look for the events in the archive")
    parser.add_argument("--yes-lose-it", action="store_true", help="with --without-export: really lose them")
    parser.add_argument("--dry-run", action="store_true", help="verify and tell what would be dropped")
    parser.add_argument("--actor", default="", help="who does it, for the log (default: the login)")


def _run(settings: AuditSettings, asked: argparse.Namespace) -> int:
    if problems := [*settings.problems(), *_refusals(settings, asked)]:
        raise CannotStartError("\n".join(problems))
    try:
        return asyncio.run(_retain(settings, asked))
    except ArchiveError as error:
        raise CannotStartError(str(error)) from error
    except ServiceError as error:
        raise CannotStartError(error.message) from error


def _refusals(settings: AuditSettings, asked: argparse.Namespace) -> list[str]:
    found = []
    if not settings.owner_database_url.get_secret_value():
        found.append("PCF_AUDIT_OWNER_DATABASE_URL is not set: only the owner of PostgreSQL's tables can drop any.")
    if asked.older_than < 1:
        found.append("--older-than takes a number of days, at least 1.")
    if asked.without_export and not asked.yes_lose_it:
        found.append("--without-export loses the events for good, and nothing can undo it. Repeat with --yes-lose-it.")
    if not asked.without_export and not settings.export_url:
        found.append("PCF_AUDIT_EXPORT_URL is not set: events are dropped only if they are read back from there.")
    return found


async def _retain(settings: AuditSettings, asked: argparse.Namespace) -> int:
    from pcf_runtime.postgres.pool import open_pool  # noqa: PLC0415 - asyncpg is slow to load

    from pcf_audit.adapters.postgres_partitions import PostgresPartitions  # noqa: PLC0415 - likewise

    clock, url = SystemClock(), settings.owner_database_url
    async with AsyncExitStack() as stack:
        log = await stack.enter_async_context(open_log(settings.model_copy(update={"database_url": url}), clock=clock))
        pool = await stack.enter_async_context(
            open_pool(url.get_secret_value(), application="pcf-audit-retain", size=1)
        )
        contents: Contents = StoredContents(log.store)
        if not asked.without_export:
            archive = await stack.enter_async_context(open_archive(settings, clock=clock))
            contents = ArchivedContents(archive, notary=log.notary)
        ledger = log.ledger(settings, clock=clock, metrics=AuditMetrics(CollectorRegistry()))
        stack.push_async_callback(ledger.close)
        record = _recorder(ledger, clock, asked)
        retention = Retention(log.store, PostgresPartitions(pool), notary=log.notary)
        for partition in await retention.old(now=clock.now(), days=asked.older_than):
            if asked.dry_run:
                await retention.verify(partition, contents)
            else:
                await retention.retire(partition, contents, record)
            _tell(partition, dry=asked.dry_run)
    sys.stdout.write(f"nothing else is older than {asked.older_than} days and may go\n")
    return 0


def _recorder(ledger: Ledger, clock: Clock, asked: argparse.Namespace) -> Record:
    async def record(partition: Partition, root: bytes, outcome: Outcome) -> None:
        details = {
            "first_index": str(partition.first),
            "end_index": str(partition.end),
            "root_hash": root.hex(),
            "exported": "no" if asked.without_export else "yes",
            "older_than_days": str(asked.older_than),
        }
        event = Event(
            event_id=new_ulid(),
            type="log.retired",
            event_time_ns=instant.from_datetime(clock.now()),
            actor=asked.actor or login(),
            outcome=outcome,
            details=details,
        )
        await ledger.append([event])

    return record


def _tell(partition: Partition, *, dry: bool) -> None:
    done = "would drop" if dry else "dropped"
    sys.stdout.write(f"{done} the events {partition.first} to {partition.end - 1}\n")
    sys.stdout.flush()


RETAIN: Final = Command("drop the oldest partitions of the log that are exported, and keep the tree", _run, _arguments)
