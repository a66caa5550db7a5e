"""`/v1/audit`: what happened, and whether the log of it holds."""

from typing import Annotated, Final

from fastapi import FastAPI, Query
from pydantic import Field

from pcf_gateway.clients.audit import AuditClient, AuditFilter
from pcf_gateway.direct_route import read
from pcf_gateway.documents.operations import describe
from pcf_gateway.resources.audit import AuditEvent, AuditEventPage, AuditVerification
from pcf_gateway.resources.fields import Moment, Ulid
from pcf_gateway.resources.patterns import EVENT_TYPE, NO_CONTROLS, TENANT, Matching
from pcf_gateway.routes.parameters import DEFAULT_PAGE, MAX_PAGE, EventId, PageSize, PageToken

TAG: Final = "audit"
_Actor = Annotated[str, Field(max_length=200), Matching(NO_CONTROLS, "not be empty or hold control characters")]
_Tenant = Annotated[str, Matching(TENANT, "be 1 to 63 small letters, digits and hyphens, such as contoso")]
_Type = Annotated[str, Field(max_length=64), Matching(EVENT_TYPE, "be words of small letters, such as build.created")]


class AuditRoutes:
    """The audit log as resources, to read."""

    def __init__(self, audit: AuditClient) -> None:
        self._audit = audit

    def add_to(self, app: FastAPI) -> None:
        app.get("/v1/audit/events", **describe("listAuditEvents", "List audit events", "BAD_PAGE_TOKEN", tag=TAG))(
            self.list_events
        )
        documented = describe("getAuditEvent", "Get an audit event", "EVENT_NOT_FOUND", tag=TAG)
        read(app, "/v1/audit/events/{event_id:segment}", self.get_event, **documented)
        documented = describe("verifyAuditLog", "Verify the audit log", tag=TAG)
        read(app, "/v1/audit/verification", self.verify_log, **documented)

    async def list_events(
        self,
        build: Annotated[Ulid | None, Query(description="Only about this build, by its id.")] = None,
        actor: Annotated[_Actor | None, Query(description="Only by this actor, of the tenant or of `default`.")] = None,
        tenant: Annotated[_Tenant | None, Query(description="Only of this tenant.")] = None,
        event_type: Annotated[_Type | None, Query(alias="type", description="Only of this type.")] = None,
        start_time: Annotated[Moment | None, Query(description="Only at this time or later.")] = None,
        end_time: Annotated[Moment | None, Query(description="Only before this time.")] = None,
        page_size: PageSize = DEFAULT_PAGE,
        page_token: PageToken = None,
    ) -> AuditEventPage:
        """List audit events that fit every filter, newest first."""
        which = AuditFilter(
            build_id=build, actor=actor, tenant=tenant, type=event_type, start_time=start_time, end_time=end_time
        )
        return await self._audit.list_events(which, page_size=min(page_size, MAX_PAGE), page_token=page_token or "")

    async def get_event(self, event_id: EventId) -> AuditEvent:
        """Tell what happened, and where it stands in the log."""
        return await self._audit.get_event(event_id)

    async def verify_log(self) -> AuditVerification:
        """Recompute the whole tree of hashes, and tell whether it holds and where it breaks if not."""
        return await self._audit.verify_log()
