"""What is known of both regions at one moment, and what speaks against a change."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx

from pcf_ops.configuration import Configuration
from pcf_ops.database import Database, Look
from pcf_ops.record import Record, RecordFailedError

__all__ = ["Seen", "View", "objections", "view_of"]

_EDGE_S = 5.0


@dataclass(frozen=True, slots=True)
class Seen:
    """One region."""

    database: Look | None
    """None: it does not answer."""
    edge: bool
    """Whether its edge answers for the gateway behind it."""


@dataclass(frozen=True, slots=True)
class View:
    """Both, and where makers are sent."""

    regions: Mapping[str, Seen]
    active: str
    """The region that the record leads to; what the record says, if that is none of them."""
    is_synchronous: bool = False
    """Whether commits are to wait for a standby."""

    @property
    def writers(self) -> list[str]:
        return [name for name, seen in self.regions.items() if seen.database and seen.database.writes]

    def faults(self) -> Iterator[str]:
        """What is not as it should be."""
        if len(self.writers) > 1:
            yield f"SPLIT BRAIN: the databases of {' and '.join(self.writers)} both take writes"
        if not self.writers:
            yield "no database takes writes"
        if self.active not in self.regions:
            yield f"the record says {self.active or 'nothing'}, which is none of the regions"
        elif self.writers and self.active not in self.writers:
            yield f"makers are sent to {self.active}, whose database takes no writes"
        for name, seen in self.regions.items():
            yield from self._faults_of(name, seen)
        identities = {seen.database.identity for seen in self.regions.values() if seen.database}
        if len(identities) > 1:
            yield "the databases are not copies of one another"

    def _faults_of(self, name: str, seen: Seen) -> Iterator[str]:
        look = seen.database
        if look is None:
            yield f"the database of {name} does not answer"
        elif look.follows and not look.hears:
            yield f"the database of {name} follows nobody at the moment"
        elif look.writes and self.is_synchronous and not any(each.synchronous for each in look.followers):
            yield f"{name} has no synchronous standby: what it acknowledges now would be lost with it"
        if not seen.edge:
            yield f"the edge of {name} does not answer"


async def view_of(told: Configuration, record: Record) -> View:
    """Ask everybody at once."""
    names = list(told.regions)
    databases = [Database(told.regions[name].database).look() for name in names]
    edges = [_answers(told.regions[name].url) for name in names]
    looks, answers = await asyncio.gather(asyncio.gather(*databases), asyncio.gather(*edges))
    try:
        target = await asyncio.to_thread(record.read)
    except RecordFailedError as error:
        target = str(error)
    active = next((name for name in names if told.regions[name].target == target), target)
    regions = {name: Seen(look, edge) for name, look, edge in zip(names, looks, answers, strict=True)}
    return View(regions, active, told.replication == "synchronous")


def objections(view: View, told: Configuration, to: str, *, planned: bool, loss_accepted: bool) -> Iterator[str]:
    """Why the product must not move to this region now; nothing if it may."""
    source, target = view.regions[told.other(to)].database, view.regions[to].database
    if target is None:
        yield f"the database of {to} does not answer: there is nothing to promote"
        return
    if source and source.identity != target.identity:
        yield f"the databases of {told.other(to)} and {to} are not copies of one another"
    if planned:
        yield from _planned(source, target, told.other(to), to)
    else:
        yield from _forced(source, target, told, to, loss_accepted=loss_accepted)


def _planned(source: Look | None, target: Look, gone: str, to: str) -> Iterator[str]:
    """A change without any loss needs both."""
    if target.writes and (source is None or not source.writes):
        return
    if source is None:
        yield f"the database of {gone} does not answer; if the region is lost: pcf-ops failover --to {to}"
    elif target.writes:
        yield f"split brain: the databases of {gone} and {to} both take writes; rebuild the wrong one as a standby"
    elif source.follows:
        yield f"the database of {gone} is a standby too: nobody takes writes"
    elif not target.follows or not target.hears:
        yield f"the database of {to} does not follow that of {gone}: rebuild it as its standby first"


def _forced(source: Look | None, target: Look, told: Configuration, to: str, *, loss_accepted: bool) -> Iterator[str]:
    """A change while the other region is lost: it must be lost for sure."""
    gone = told.other(to)
    if source and source.writes:
        yield (
            f"split brain: the database of {gone} answers and takes writes. "
            f"If {gone} is well, use --planned; if it must go, stop its database first"
        )
    elif source is None and target.hears:
        yield (
            f"split brain: the standby in {to} hears from the database of {gone}, which only we do not reach. "
            f"Stop that database first"
        )
    if target.writes or (source and source.held):
        return
    if told.replication == "asynchronous" and not loss_accepted:
        yield "replication is asynchronous: what was acknowledged last may be lost; --accept-loss says that it may"


async def _answers(url: str) -> bool:
    """/healthz of the gateway, through the edge; whose certificate it is does not matter for that."""
    try:
        async with httpx.AsyncClient(verify=False, timeout=_EDGE_S, trust_env=False) as client:  # noqa: S501
            return (await client.get(f"{url.rstrip('/')}/healthz")).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
