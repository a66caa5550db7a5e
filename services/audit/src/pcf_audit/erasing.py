"""`pcf-audit erase-tenant`: deletes a tenant's key, and records in the log that it was done and by whom.

Instances that remember the key forget it within `vault.REMEMBERED_S`. What they seal with it until then is erased with
the rest. Backups of the table of keys outlive this: they must be erased too.
"""

import asyncio
import re
import sys
from datetime import UTC, datetime
from typing import Final

from pcf_runtime.errors import ServiceError
from pcf_runtime.ids import new_ulid
from pcf_runtime.starting import CannotStartError
from prometheus_client import CollectorRegistry

from pcf_audit.adapters.clock import SystemClock
from pcf_audit.domain import instant
from pcf_audit.domain.event import Event, Outcome
from pcf_audit.metrics import AuditMetrics
from pcf_audit.opening import open_log
from pcf_audit.settings import AuditSettings

__all__ = ["erase"]

_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_DELETE: Final = "DELETE FROM audit_keys WHERE tenant = $1 RETURNING key_id"


def erase(settings: AuditSettings, *, tenant: str, actor: str) -> int:
    """The exit code. Safe to repeat; CannotStartError says what a person can mend."""
    if not _TENANT.fullmatch(tenant):
        raise CannotStartError(f"{tenant!r} is no tenant: lower-case letters, digits and dashes, at most 63.")
    return asyncio.run(_erase(settings, tenant, actor))


async def _erase(settings: AuditSettings, tenant: str, actor: str) -> int:
    deleted = await _delete_key(settings, tenant)
    sys.stdout.write(f"deleted the key of tenant {tenant}\n" if deleted else f"tenant {tenant} had no key\n")
    try:
        await _record(settings, tenant, actor, keys=int(deleted))
    except ServiceError as error:
        sys.stderr.write(f"What was done could not be recorded in the log, repeat the command: {error.message}\n")
        return 1
    sys.stdout.write("recorded in the log as tenant.erased\n")
    return 0


async def _delete_key(settings: AuditSettings, tenant: str) -> bool:
    if settings.database_url.get_secret_value():
        return await _delete_from_postgres(settings, tenant)
    from pcf_audit.adapters.sqlite_store import open_sqlite  # noqa: PLC0415 - only where it is the store

    async with open_sqlite(settings.database, clock=SystemClock()) as store:
        return bool(await store.erase(tenant))


async def _delete_from_postgres(settings: AuditSettings, tenant: str) -> bool:
    url = settings.owner_database_url.get_secret_value()
    if not url:
        raise CannotStartError("PCF_AUDIT_OWNER_DATABASE_URL is not set: only the tables' owner may delete a key.")
    from pcf_runtime.postgres.faults import FAULTS  # noqa: PLC0415 - asyncpg is slow to load
    from pcf_runtime.postgres.pool import connect  # noqa: PLC0415 - likewise

    try:
        connection = await connect(url, application="pcf-audit-erase")
        try:
            return bool(await connection.fetch(_DELETE, tenant))
        finally:
            await connection.close()
    except FAULTS as error:
        raise CannotStartError(f"Nothing was erased, the database failed: {type(error).__name__}: {error}") from error


async def _record(settings: AuditSettings, tenant: str, actor: str, *, keys: int) -> None:
    clock = SystemClock()
    event = Event(
        event_id=new_ulid(),
        type="tenant.erased",
        event_time_ns=instant.from_datetime(datetime.now(UTC)),
        actor=actor,
        outcome=Outcome.SUCCEEDED,
        details={"tenant": tenant, "keys": str(keys)},
    )
    async with open_log(settings, clock=clock) as log:
        ledger = log.ledger(settings, clock=clock, metrics=AuditMetrics(CollectorRegistry()))
        try:
            await ledger.append([event])
        finally:
            await ledger.close()
