"""`pcf-brain sync`: what it does; once, or as a sidecar until it is told to stop."""

import argparse
import asyncio
import logging
import signal
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import NoReturn

from pcf_runtime import logs

from pcf_brain.adapters.volume import Volume, VolumeBusyError
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.exits import DONE, TRY_AGAIN, say
from pcf_brain.exits import run as run_command
from pcf_brain.ports import StoreUnavailableError
from pcf_brain.release_actions import depot_at, trust_of
from pcf_brain.settings import BrainSettings
from pcf_brain.syncing import Sync, Synced

_CALL_S = 10.0
"""A region that hangs is given up in time for the other: an init container holds up a start."""
_FAULTS = (BrokenReleaseError, StoreUnavailableError, VolumeBusyError, OSError)
_logger = logging.getLogger(__name__)


def run(settings: BrainSettings, asked: argparse.Namespace) -> int:
    return run_command(_run(settings, asked))


async def _run(settings: BrainSettings, asked: argparse.Namespace) -> int:
    trust = trust_of(asked.key or settings.release_key, unsigned=asked.unsigned)
    fallback = asked.fallback or settings.fallback_bucket_url
    with ExitStack() as stack:
        places = [asked.place or settings.bucket_url, *([fallback] if fallback else [])]
        depots = [depot_at(place, call_s=_CALL_S) for place in places]
        for depot in depots:
            stack.callback(depot.close)
        sync = Sync(depots, Volume(asked.volume), trust=trust, keep=asked.keep, now=lambda: datetime.now(UTC))
        if asked.watch is None:
            return await _once(sync, stay=asked.stay)
        logs.configure(service="brain-sync", level=settings.log_level)
        return await _go_on(sync, asked.watch)


async def _once(sync: Sync, *, stay: bool) -> int:
    try:
        synced = await sync.once()
    except (BrokenReleaseError, StoreUnavailableError) as error:
        held = await sync.whole() if stay else ""
        if not held:
            raise
        return say(f"{error}. The volume holds {held}, whole: it stays.", DONE)
    except VolumeBusyError as error:
        return say(f"{error}.", TRY_AGAIN)
    return say(_sentence(synced), DONE)


async def _go_on(sync: Sync, pause_s: float) -> int:
    """Sync again and again until a signal; an error that nobody foresaw ends it too, for whoever restarts sidecars."""
    watching = asyncio.create_task(_watch(sync, pause_s))
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, watching.cancel)
    await asyncio.wait([watching])
    return DONE if watching.cancelled() else watching.result()


async def _watch(sync: Sync, pause_s: float) -> NoReturn:
    told = ""
    while True:
        try:
            synced = await sync.once()
        except _FAULTS as error:
            if str(error) != told:
                _logger.error("sync failed", extra={"pcf.problems": str(error).splitlines()})  # noqa: TRY400 - it says all
            told = str(error)
        else:
            if synced.switched or told:
                _logger.info("synced", extra={"pcf.digest": synced.digest, "pcf.files_read": synced.read})
            told = ""
        await asyncio.sleep(pause_s)


def _sentence(synced: Synced) -> str:
    if not synced.switched:
        return f"{synced.digest} is on the volume already, whole."
    return f"{synced.digest} is current on the volume now: {synced.files} files, {synced.read} contents of them read."
