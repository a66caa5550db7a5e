"""Grows a log quickly: many events in each transaction, sealed by nobody."""

from collections.abc import Sequence
from dataclasses import replace

from pcf_audit.domain.event import Event
from pcf_audit.domain.growth import Growth
from pcf_audit.domain.tenant_key import Sealed
from pcf_audit.notary import Notary
from pcf_audit.ports import EventStore


async def grow(store: EventStore, notary: Notary, events: Sequence[Event], *, at_s: int = 0, batch: int = 100) -> None:
    """Appends the events as the ledger does, some at a time, at this second of 1970 or when the log ended."""
    for start in range(0, len(events), batch):
        async with store.writing() as transaction:
            growth = Growth(await transaction.head(), known=(), now_ns=at_s * 1_000_000_000)
            growth.admit([Sealed(event, event.actor) for event in events[start : start + batch]])
            made = growth.batch()
            await transaction.add(replace(made, head=notary.sign(made.head)))
