"""Who asked, of which tenant, under which request id, about which build: carried from service to service."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

REQUEST_ID_KEY: Final = "x-pcf-request-id"
ACTOR_KEY: Final = "x-pcf-actor"
TENANT_KEY: Final = "x-pcf-tenant"
ALL_TENANTS_KEY: Final = "x-pcf-all-tenants"
_YES: Final = "1"
_MAX_ACTOR: Final = 200
# A request id from outside ends up in logs, URLs and the audit log: nothing but harmless characters.
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._:@-]{1,100}")
_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What every log line and every call onward repeats."""

    request_id: str
    actor: str = "anonymous"
    build: str = ""
    tenant: str = "default"
    """Whose data it is: lower-case letters, digits and hyphens."""
    all_tenants: bool = False
    """Whether the audit log is read for everybody: an administrator asks. Only the gateway says so."""


_OUTSIDE: Final = RequestContext(request_id="")
_context: ContextVar[RequestContext] = ContextVar("pcf_request_context", default=_OUTSIDE)


def current() -> RequestContext:
    """The context of the request being worked on; outside of any, one with an empty request id."""
    return _context.get()


@contextmanager
def bind(context: RequestContext) -> Iterator[None]:
    token = _context.set(context)
    try:
        yield
    finally:
        _context.reset(token)


def to_metadata(context: RequestContext) -> dict[str, str]:
    """What to send along with a call; nothing outside of a request."""
    if not context.request_id:
        return {}
    # Metadata values are ASCII; names of people are not.
    actor = quote(context.actor, safe=" !#$&'()*+,/:;=?@[]")
    everybody = {ALL_TENANTS_KEY: _YES} if context.all_tenants else {}
    return {REQUEST_ID_KEY: context.request_id, ACTOR_KEY: actor, TENANT_KEY: context.tenant, **everybody}


def from_metadata(metadata: Mapping[str, str], *, new_id: str) -> RequestContext:
    """What the caller sent; `new_id` stands in for a request id that is missing or unfit."""
    sent = metadata.get(REQUEST_ID_KEY, "")
    actor = unquote(metadata.get(ACTOR_KEY, ""))[:_MAX_ACTOR]
    tenant = metadata.get(TENANT_KEY, "")
    return RequestContext(
        request_id=sent if _REQUEST_ID.fullmatch(sent) else new_id,
        actor=actor or _OUTSIDE.actor,
        tenant=tenant if _TENANT.fullmatch(tenant) else _OUTSIDE.tenant,
        all_tenants=metadata.get(ALL_TENANTS_KEY, "") == _YES,
    )
