"""pcf.audit.v1.AuditService: message to ledger and back. Errors are mapped by the runtime."""

from collections.abc import AsyncIterator
from typing import Any, Final

from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1 import audit_pb2_grpc
from pcf_runtime.pagination import page_size
from pcf_runtime.request_context import current

from pcf_audit import convert
from pcf_audit.domain.reader import Reader
from pcf_audit.errors import AdministratorsOnly
from pcf_audit.ledger import Ledger, Page
from pcf_audit.prover import Prover

__all__ = ["AuditServicer"]

_DEFAULT_PAGE: Final = 50
_LARGEST_PAGE: Final = 1_000


class AuditServicer(audit_pb2_grpc.AuditServiceServicer):
    """Everything it answers is what the ledger and the prover say."""

    def __init__(self, ledger: Ledger, prover: Prover) -> None:
        self._ledger = ledger
        self._prover = prover

    async def AppendEvents(self, request: pb.AppendEventsRequest, context: Any) -> pb.AppendEventsResponse:
        events = [convert.event_from(event, position=i) for i, event in enumerate(request.events)]
        return convert.receipts_message(await self._ledger.append(events))

    async def GetEvent(self, request: pb.GetEventRequest, context: Any) -> pb.Event:
        return convert.event_message(await self._ledger.get(convert.event_id_from(request.name), reader=_reader()))

    async def ListEvents(self, request: pb.ListEventsRequest, context: Any) -> pb.ListEventsResponse:
        end = convert.page_end_from(request)
        limit = page_size(request.page_size, default=_DEFAULT_PAGE, maximum=_LARGEST_PAGE)
        which = _reader().narrowed(convert.filter_from(request.filter))
        page = await self._ledger.page(which, end=end, limit=limit) if which else Page((), next_end=None)
        return convert.page_message(page, request=request)

    async def ExportEvents(self, request: pb.ExportEventsRequest, context: Any) -> AsyncIterator[pb.Event]:
        which = _reader().narrowed(convert.filter_from(request.filter))
        if which is None:
            return
        async for recorded in self._ledger.export(which):
            yield convert.event_message(recorded)

    async def VerifyLog(self, request: pb.VerifyLogRequest, context: Any) -> pb.VerifyLogResponse:
        return convert.verdict_message(await self._ledger.verify())

    async def GetCheckpoint(self, request: pb.GetCheckpointRequest, context: Any) -> pb.Checkpoint:
        return convert.checkpoint_message(await self._prover.checkpoint(request.tree_size))

    async def ProveInclusion(self, request: pb.ProveInclusionRequest, context: Any) -> pb.InclusionProof:
        event = convert.event_id_from(request.name) if request.HasField("name") else request.index
        return convert.inclusion_message(await self._prover.inclusion(event, size=request.tree_size, reader=_reader()))

    async def ProveConsistency(self, request: pb.ProveConsistencyRequest, context: Any) -> pb.ConsistencyProof:
        proof = await self._prover.consistency(request.first_size, request.second_size)
        return convert.consistency_message(proof)

    async def ExportLog(self, request: pb.ExportLogRequest, context: Any) -> AsyncIterator[pb.LogChunk]:
        if not current().all_tenants:
            raise AdministratorsOnly
        async for chunk in self._prover.contents(request.first, request.end):
            yield convert.chunk_message(chunk)


def _reader() -> Reader:
    who = current()
    return Reader(who.tenant, all_tenants=who.all_tenants)
