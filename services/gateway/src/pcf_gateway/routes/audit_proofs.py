"""`/v1/audit`: what the log signed, proofs of it, and the log itself, for whoever verifies it without us."""

import base64
from collections.abc import AsyncGenerator
from typing import Annotated, Any, Final

from fastapi import FastAPI, Query, Response
from pcf_runtime.errors import Violation

from pcf_gateway.clients.audit import AuditClient, LogRange
from pcf_gateway.documents.operations import describe
from pcf_gateway.problems.refusal import Refusal
from pcf_gateway.resources.audit import AuditCheckpoint, AuditConsistencyProof, AuditInclusionProof
from pcf_gateway.resources.fields import Count, TreeSize, Ulid
from pcf_gateway.routes.audit import TAG
from pcf_gateway.streamed import StreamedResponse

JSON_LINES: Final = "application/jsonl"
FRONTIER: Final = "Log-Frontier"
_TREE: Final = ("NO_CHECKPOINT", "TREE_SIZE_TOO_LARGE")
_INCLUSION: Final = ("EVENT_NOT_FOUND", "EVENT_NOT_IN_TREE", "EVENT_RETIRED", *_TREE)
_RANGE: Final = ("TREE_SIZE_TOO_LARGE", "EVENT_RETIRED")
_LOG: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "One line for each event: its canonical content, and a line feed that is no part of it.",
        "headers": {
            FRONTIER: {
                "description": "Roots of the complete subtrees over all events before `first`, in base64, separated "
                "by commas, the largest first: the tree can be grown on from them. Empty if there are none.",
                "schema": {"type": "string"},
            }
        },
        "content": {JSON_LINES: {"schema": {"type": "string"}, "example": '{"actor":"…","build":"…","details":{}}\n'}},
    }
}


class AuditProofRoutes:
    """The audit log's tree as resources, to read and keep."""

    def __init__(self, audit: AuditClient) -> None:
        self._audit = audit

    def add_to(self, app: FastAPI) -> None:
        app.get("/v1/audit/checkpoint", **describe("getAuditCheckpoint", "Get a checkpoint", *_TREE, tag=TAG))(
            self.get_checkpoint
        )
        app.get(
            "/v1/audit/proofs/inclusion",
            **describe("proveAuditInclusion", "Prove that an event is in the log", *_INCLUSION, tag=TAG),
        )(self.prove_inclusion)
        app.get(
            "/v1/audit/proofs/consistency",
            **describe("proveAuditConsistency", "Prove that the log only grew", *_RANGE, tag=TAG),
        )(self.prove_consistency)
        app.get(
            "/v1/audit/log",
            response_class=Response,
            **describe("exportAuditLog", "Export the log", "ALL_TENANTS_NEEDED", *_RANGE, tag=TAG, responses=_LOG),
        )(self.export_log)

    async def get_checkpoint(
        self, size: Annotated[TreeSize | None, Query(description="Of the tree of this size; else the newest.")] = None
    ) -> AuditCheckpoint:
        """Give what the log signed about its tree: whoever keeps it can tell later whether the log was changed."""
        return await self._audit.checkpoint(size=size)

    async def prove_inclusion(
        self,
        event_id: Annotated[Ulid | None, Query(description="Which event, by its id. Either this or `index`.")] = None,
        index: Annotated[Count | None, Query(description="Which event, by its position in the log.")] = None,
        size: Annotated[TreeSize | None, Query(description="In the tree of this size; else the newest.")] = None,
    ) -> AuditInclusionProof:
        """Prove that an event is in the tree of a checkpoint, which comes with the proof."""
        if event_id is not None and index is None:
            return await self._audit.prove_inclusion(event_id, size=size)
        if index is not None and event_id is None:
            return await self._audit.prove_inclusion(index, size=size)
        says = "name the event by one of event_id and index"
        raise _invalid(Violation("event_id", says), Violation("index", says))

    async def prove_consistency(
        self,
        first: Annotated[Count, Query(description="How many events the earlier tree has.")],
        second: Annotated[TreeSize | None, Query(description="How many the later one has; else the newest.")] = None,
    ) -> AuditConsistencyProof:
        """Prove that a tree is an earlier one with nothing but events added behind it."""
        if second is not None and second < first:
            raise _invalid(Violation("second", "must not be less than first"))
        return await self._audit.prove_consistency(first=first, second=second)

    async def export_log(
        self,
        first: Annotated[Count, Query(description="Index of the first event.")] = 0,
        end: Annotated[
            TreeSize | None, Query(description="Index before which it ends; else with the last event.")
        ] = None,
    ) -> Response:
        """Stream canonical contents, the leaves of the tree, to an administrator, for they are every tenant's.

        A connection that is cut was not the whole.

        The leaf hash of a line is SHA-256 of a zero byte and the line. Personal data is in it only sealed.
        """
        if end is not None and end < first:
            raise _invalid(Violation("end", "must not be less than first"))
        found = await self._audit.export_log(first=first, end=end)
        frontier = ",".join(base64.b64encode(each).decode() for each in found.frontier)
        return StreamedResponse(_lines(found), media_type=JSON_LINES, headers={FRONTIER: frontier}, close=found.close)


async def _lines(found: LogRange) -> AsyncGenerator[bytes, None]:
    async for contents in found.contents:
        if contents:
            yield b"\n".join(contents) + b"\n"


def _invalid(*violations: Violation) -> Refusal:
    detail = "; ".join(f"{each.field}: {each.description}" for each in violations)
    return Refusal("INVALID_REQUEST", detail, violations=violations)
