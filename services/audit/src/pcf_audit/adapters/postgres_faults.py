"""What an error of the database means to who called the log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from pcf_runtime.postgres.faults import FAULTS

from pcf_audit.errors import LogDamaged, StoreUnavailable

__all__ = ["faults"]

_log = logging.getLogger(__name__)


@contextmanager
def faults() -> Iterator[None]:
    """Only data that cannot be read is damage: everything else, a missing table or right too, somebody can mend."""
    try:
        yield
    except (asyncpg.DataCorruptedError, asyncpg.IndexCorruptedError, UnicodeDecodeError) as error:
        _log.warning("the store failed", exc_info=error)
        raise LogDamaged from error
    except FAULTS as error:
        _log.warning("the store failed", exc_info=error)
        raise StoreUnavailable from error
