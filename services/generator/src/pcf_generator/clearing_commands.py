"""`pcf-generator erase-tenant` and `retain`: delete builds for good, and tell the audit log of it."""

import argparse
import asyncio
import re
import sys
from datetime import UTC, datetime, timedelta
from typing import Final

from pcf_runtime.lifecycle import Command
from pcf_runtime.login import login
from pcf_runtime.starting import CannotStartError

from pcf_generator.build_store import StoreUnavailable
from pcf_generator.clearing import LINGERS, Cleared, Scope
from pcf_generator.clearing_opening import opened
from pcf_generator.ports.packing import ArtifactsUnavailable
from pcf_generator.settings import GeneratorSettings

__all__ = ["ERASE_TENANT", "RETAIN"]

_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_AGAIN: Final = "What was deleted is told in the audit log; run the same command again to finish."


def _erase_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("tenant", help="whose builds are to be deleted, for good")
    _common(parser)


def _retain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--older-than", type=int, required=True, metavar="DAYS", help="days since its last change")
    parser.add_argument("--tenant", help="of this tenant only")
    _common(parser)


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--yes", action="store_true", help="really do it")
    parser.add_argument("--dry-run", action="store_true", help="only tell how much it would be")
    parser.add_argument("--actor", default="", help="who does it, for the audit log (default: the login)")


def _erase(settings: GeneratorSettings, asked: argparse.Namespace) -> int:
    return _run(settings, asked, Scope(asked.tenant), f"every build of tenant {asked.tenant}, also what waits or runs")


def _retain(settings: GeneratorSettings, asked: argparse.Namespace) -> int:
    if asked.older_than < 1:
        raise CannotStartError("--older-than takes a number of days, at least 1.")
    before = datetime.now(UTC) - timedelta(days=asked.older_than)
    whose = f" of tenant {asked.tenant}" if asked.tenant else ""
    what = f"every build{whose} that has not changed for {asked.older_than} days and neither waits nor runs"
    return _run(settings, asked, Scope(asked.tenant, before), what)


def _run(settings: GeneratorSettings, asked: argparse.Namespace, scope: Scope, what: str) -> int:
    if scope.tenant is not None and not _TENANT.fullmatch(scope.tenant):
        raise CannotStartError(f"{scope.tenant!r} is no tenant: lower-case letters, digits and dashes, at most 63.")
    if not (asked.yes or asked.dry_run):
        raise CannotStartError(f"This deletes {what}, and nothing can undo it. Repeat with --yes.")
    if problems := settings.problems():
        raise CannotStartError("\n".join(problems))
    work = _count(settings, scope) if asked.dry_run else _clear(settings, scope, asked.actor or login())
    try:
        return asyncio.run(work)
    except (StoreUnavailable, ArtifactsUnavailable) as error:
        raise CannotStartError(f"It stopped: {error}. {_AGAIN}") from error
    except TimeoutError as error:
        raise CannotStartError(f"Files stay until the builds that run now have ended. {_AGAIN}") from error


async def _count(settings: GeneratorSettings, scope: Scope) -> int:
    async with opened(settings, actor="") as (_, store):
        sys.stdout.write(f"would delete {_told(await store.count(scope))}\n")
    return 0


async def _clear(settings: GeneratorSettings, scope: Scope, actor: str) -> int:
    async with opened(settings, actor=actor) as (clearing, _):
        total = await clearing.rows(scope, told=_progress)
        files = await clearing.artifacts(patience_s=settings.build_limit_s + 2 * LINGERS.total_seconds())
    sys.stdout.write(f"deleted {_told(total)}; {files} files\n")
    return 0


def _progress(total: Cleared) -> None:
    sys.stdout.write(f"so far {_told(total)}\n")
    sys.stdout.flush()


def _told(cleared: Cleared) -> str:
    return ", ".join(f"{count} {name}" for name, count in cleared.counts() if count) or "nothing"


ERASE_TENANT: Final = Command("delete everything that is kept of a tenant's builds", _erase, _erase_arguments)
RETAIN: Final = Command("delete builds that ended long ago, and what is kept about them", _retain, _retain_arguments)
