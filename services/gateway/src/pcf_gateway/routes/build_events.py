"""`/v1/builds/{id}/events`: a build followed live, as server-sent events."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import FastAPI, Header, Query, Response

from pcf_gateway import sse
from pcf_gateway.clients.generator import GeneratorClient
from pcf_gateway.documents.examples import EVENT_STREAM
from pcf_gateway.documents.operations import describe
from pcf_gateway.resources.fields import Count
from pcf_gateway.resources.patterns import SEQUENCE, Matching
from pcf_gateway.routes.builds import TAG
from pcf_gateway.routes.parameters import BuildId
from pcf_gateway.streamed import StreamedResponse

# How long the status waits for the first event: long enough for the service to refuse or to say that all is
# over, short enough that a browser sees the stream open while a stage takes its time.
_DECISION_S: Final = 1.0
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
# OpenAPI 3.1 has no word for the items of a stream; tools take the schema for that of each event.
_EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "description": "One event of the stream.",
    "required": ["id", "event", "data"],
    "properties": {
        "id": {"type": "string", "pattern": SEQUENCE, "description": "The sequence, for Last-Event-ID."},
        "event": {"type": "string", "description": "The type."},
        "data": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/BuildEvent"},
        },
    },
}
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The events from there on; ends when the build has ended or waits for an answer.",
        "content": {sse.MEDIA_TYPE: {"schema": _EVENT, "example": EVENT_STREAM}},
    },
    204: {"description": "Nothing is left to send, and nothing will come unless the build is moved on."},
}


class BuildEventRoutes:
    """The generator's watch as an event stream."""

    def __init__(self, generator: GeneratorClient, *, heartbeat_s: float, leaving: asyncio.Event) -> None:
        self._generator = generator
        self._heartbeat_s = heartbeat_s
        self._leaving = leaving

    def add_to(self, app: FastAPI) -> None:
        app.get(
            "/v1/builds/{build_id:segment}/events",
            response_class=Response,
            **describe("watchBuild", "Follow a build", "BUILD_NOT_FOUND", tag=TAG, responses=_RESPONSES),
        )(self.watch_build)

    async def watch_build(
        self,
        build_id: BuildId,
        after: Annotated[Count, Query(description="Only events with a higher number.")] = 0,
        last_event_id: Annotated[
            Annotated[str, Matching(SEQUENCE, "be the id of an event: a number")] | None,
            Header(alias="Last-Event-ID", description="As `after`, and stronger; sent by EventSource."),
        ] = None,
    ) -> Response:
        """Stream the build's numbered events: `id` is the sequence, `event` the type, `data` a BuildEvent.

        First come those already recorded, then new ones as they happen, with comments in between to keep the
        connection open. A stream that ends early is resumed with Last-Event-ID, as EventSource does by
        itself; 204 tells it to stop. X-Request-Timeout does not apply.
        """
        start = after if last_event_id is None else int(last_event_id)
        feed = sse.EventFeed(self._generator.watch_build(build_id, after=start))
        if await feed.is_over(within_s=_DECISION_S):
            return Response(status_code=204)
        pieces = feed.encoded(heartbeat_s=self._heartbeat_s, leaving=self._leaving)
        return StreamedResponse(pieces, media_type=sse.MEDIA_TYPE, headers=_HEADERS)
