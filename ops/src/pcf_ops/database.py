"""The PostgreSQL of a region: what it is at the moment, and what makes it something else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pcf_runtime.postgres.faults import FAULTS, DatabaseUnusableError
from pcf_runtime.postgres.pool import connect

__all__ = ["Database", "DatabaseFailedError", "Follower", "Look"]

_CONNECT_S: Final = 5.0
_PROMOTION_S: Final = 60
_PAUSE_S: Final = 0.1
_END_MS: Final = 5_000
"""So long a session may take to end."""
_UNREACHABLE: Final = (OSError, TimeoutError)

_LOOK: Final = """
SELECT pg_is_in_recovery() AS follows,
  (SELECT system_identifier FROM pg_control_system())::text AS identity,
  current_setting('default_transaction_read_only') = 'on' AS held,
  CASE WHEN pg_is_in_recovery() THEN coalesce(pg_last_wal_replay_lsn(), '0/0') ELSE pg_current_wal_flush_lsn() END
    - '0/0'::pg_lsn AS position,
  EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') AS hears
"""
_IS_HELD: Final = "SELECT current_setting('default_transaction_read_only') = 'on'"
_FOLLOWERS: Final = """
SELECT application_name AS name, sync_state = 'sync' OR sync_state = 'quorum' AS synchronous,
  pg_wal_lsn_diff(pg_current_wal_flush_lsn(), replay_lsn)::bigint AS behind
FROM pg_stat_replication WHERE state = 'streaming' ORDER BY 1
"""


class DatabaseFailedError(Exception):
    """It did not do what it was told; the message says what."""


@dataclass(frozen=True, slots=True)
class Follower:
    """Who follows a primary."""

    name: str
    synchronous: bool
    behind: int
    """Bytes that it has still to apply."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a database said of itself."""

    follows: bool
    """It is a standby: it takes no writes."""
    identity: str
    """The same in a primary and all its copies."""
    held: bool
    """It takes no writes because it was told so."""
    position: int
    """How far its log goes, in bytes."""
    hears: bool
    """As a standby: it has a connection to its primary. One that is silent for `wal_receiver_timeout` has ended."""
    followers: Sequence[Follower] = ()

    @property
    def writes(self) -> bool:
        return not self.follows and not self.held


class Database:
    """By the URL that stands in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    async def look(self) -> Look | None:
        """None if it cannot be reached. DatabaseFailedError if it answers something else, for then it is not lost."""
        try:
            async with self._connected() as connection:
                row = await connection.fetchrow(_LOOK)
                followers = [] if row["follows"] else await connection.fetch(_FOLLOWERS)
        except _UNREACHABLE:
            return None
        except FAULTS as error:
            raise DatabaseFailedError(f"{self._file}: {type(error).__name__}: {error}") from error
        return Look(**{**row, "position": int(row["position"])}, followers=[Follower(**each) for each in followers])

    async def hold(self) -> int:
        """It takes no writes from now on; where its log ends then."""
        async with self._told("hold") as connection:
            await _configure(connection, "default_transaction_read_only = on")
            await self._until_new_sessions_are_held()
            # What has begun before may still write.
            await connection.execute(
                f"SELECT pg_terminate_backend(pid, {_END_MS}) FROM pg_stat_activity"
                " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
            )
            return int(await connection.fetchval("SELECT pg_current_wal_flush_lsn() - '0/0'::pg_lsn"))

    async def release(self) -> None:
        """It takes writes again."""
        async with self._told("release") as connection:
            await _configure(connection, "default_transaction_read_only = off")

    async def reach(self, position: int, *, within_s: float) -> None:
        """Returns when a standby has applied so much."""
        try:
            async with asyncio.timeout(within_s):
                seen = await self.look()
                while seen is None or seen.position < position:
                    await asyncio.sleep(_PAUSE_S)
                    seen = await self.look()
        except TimeoutError:
            raise DatabaseFailedError(f"the standby did not catch up within {within_s:g} s") from None

    async def promote(self) -> None:
        """Makes a standby the primary, which waits for no standby of its own."""
        async with self._told("promote") as connection:
            if not await connection.fetchval(f"SELECT pg_promote(true, {_PROMOTION_S})"):
                raise DatabaseFailedError(f"it was not promoted within {_PROMOTION_S} s")
            # Else each commit would wait for a standby that is gone; and a copy of one that was held is held.
            await _configure(connection, "synchronous_standby_names = ''")
            await _configure(connection, "default_transaction_read_only = off")

    async def _until_new_sessions_are_held(self) -> None:
        """A setting is in force a moment after it is made."""
        is_held = False
        async with asyncio.timeout(_CONNECT_S):
            while not is_held:
                async with self._connected() as connection:
                    is_held = await connection.fetchval(_IS_HELD)
                await asyncio.sleep(_PAUSE_S)

    @asynccontextmanager
    async def _told(self, what: str) -> AsyncIterator[Any]:
        try:
            async with self._connected() as connection:
                yield connection
        except FAULTS as error:
            raise DatabaseFailedError(f"{what}: {type(error).__name__}: {error}") from error

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[Any]:
        try:
            url = self._file.read_text().strip()
        except OSError as error:
            # That we cannot ask does not mean that it is lost.
            raise DatabaseFailedError(f"{self._file} cannot be read ({error.strerror})") from error
        any_kind = f"{url}{'&' if '?' in url else '?'}target_session_attrs=any"
        try:
            connection = await connect(any_kind, application="pcf-ops", timeout_s=_CONNECT_S)
        except DatabaseUnusableError as error:
            raise DatabaseFailedError(f"{self._file}: {error}") from error
        try:
            yield connection
        finally:
            await connection.close(timeout=_CONNECT_S)


async def _configure(connection: Any, setting: str) -> None:
    await connection.execute(f"ALTER SYSTEM SET {setting}")
    await connection.execute("SELECT pg_reload_conf()")
