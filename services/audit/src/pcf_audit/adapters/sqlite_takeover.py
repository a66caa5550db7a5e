"""Takes over the events of a log that is older than the tree: of a development machine, chained hash by hash.

Their contents stay what they were and become the first leaves; each transaction of old gets the checkpoint that it
would have had. The chain is followed once more on the way, so nothing is signed that it does not vouch for.
"""

import hashlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Final

import aiosqlite

from pcf_audit.adapters.sqlite_connection import rows
from pcf_audit.adapters.sqlite_schema import DatabaseUnusableError
from pcf_audit.adapters.sqlite_store import SqliteEventStore
from pcf_audit.domain.event import Entry, UnreadableContentError
from pcf_audit.domain.growth import Growth
from pcf_audit.domain.tree import Filed
from pcf_audit.notary import Notary

__all__ = ["take_over"]

_log = logging.getLogger(__name__)

_GENESIS: Final = "0" * 64
_PAGE: Final = 500
_IS_CHAINED: Final = "SELECT 1 FROM sqlite_schema WHERE name = 'chained_entries'"
_LINKS: Final = (
    "SELECT idx, CAST(content AS BLOB), previous_hash, entry_hash FROM chained_entries "
    "WHERE idx >= ? ORDER BY idx LIMIT ?"
)

_Link = tuple[bytes, Entry]
"""A content as it is stored, and what it says."""


async def take_over(store: SqliteEventStore, *, notary: Notary, database: Path) -> int:
    """How many events were taken over; none where that was done before. DatabaseUnusableError for a broken chain."""
    async with store.writing() as transaction:
        connection = transaction.connection
        if not await rows(connection, _IS_CHAINED):
            return 0
        taken = 0
        async for contents, record_time_ns in _transactions(connection, database):
            growth = Growth(await transaction.head(), known=(), now_ns=record_time_ns)
            for content, entry in contents:
                growth.add_content(content, Filed.of(entry))
            batch = growth.batch()
            await transaction.add(replace(batch, head=notary.sign(batch.head)))
            taken += len(contents)
        await rows(connection, "DROP TABLE chained_entries")
        await rows(connection, "DROP TABLE chained_head")
    if taken:
        _log.info("took over the events of an older log", extra={"pcf.events": taken})
    return taken


async def _transactions(connection: aiosqlite.Connection, database: Path) -> AsyncIterator[tuple[list[_Link], int]]:
    """Contents that were recorded together, and when."""
    waiting: list[_Link] = []
    waiting_time_ns = 0
    async for page in _followed(connection, database):
        for record_time_ns, links in groupby(page, key=lambda link: link[1].record_time_ns):
            if waiting and record_time_ns != waiting_time_ns:
                yield waiting, waiting_time_ns
                waiting = []
            waiting += links
            waiting_time_ns = record_time_ns
    if waiting:
        yield waiting, waiting_time_ns


async def _followed(connection: aiosqlite.Connection, database: Path) -> AsyncIterator[list[_Link]]:
    """The chain's contents, page by page, as long as it holds."""
    count, last = 0, _GENESIS
    while links := await rows(connection, _LINKS, count, _PAGE):
        page = []
        for index, content, previous_hash, entry_hash in links:
            expected = hashlib.sha256(previous_hash.encode() + content).hexdigest()
            if (index, previous_hash, entry_hash) != (count, last, expected):
                raise _broken(database, count)
            page.append((content, _entry(content, database, count)))
            count, last = count + 1, entry_hash
        yield page
    heads = await rows(connection, "SELECT event_count, entry_hash FROM chained_head")
    if [(count, last)] != [tuple(head) for head in heads]:
        raise _broken(database, count)


def _entry(content: bytes, database: Path, index: int) -> Entry:
    try:
        return Entry.from_content(content)
    except UnreadableContentError as error:
        raise _broken(database, index) from error


def _broken(database: Path, index: int) -> DatabaseUnusableError:
    return DatabaseUnusableError(
        f"{database} holds an older log whose chain is broken at event {index}: somebody changed it. "
        "Move the file away to begin a new log."
    )
