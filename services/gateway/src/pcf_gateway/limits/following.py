"""Goes by the file of limits as it changes."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pcf_gateway.limits.rules import BadLimitsError, Exceptions, read_exceptions

__all__ = ["follow"]

_log = logging.getLogger(__name__)
_EVERY_S: Final = 2.0


async def follow(path: Path, change: Callable[[Exceptions], None], *, every_s: float = _EVERY_S) -> None:
    """Tell each new content of the file, until cancelled; one that cannot be used changes nothing."""
    known = _stamp(path)
    while True:
        await asyncio.sleep(every_s)
        stamp = _stamp(path)
        if stamp == known:
            continue
        known = stamp
        try:
            exceptions = await asyncio.to_thread(read_exceptions, path)
        except BadLimitsError as error:
            _log.error("limits not changed: %s", error)
        else:
            change(exceptions)
            _log.info("limits changed", extra={"pcf.tenants": len(exceptions)})


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Another one for each content."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
