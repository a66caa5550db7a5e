"""Parameters that several routes share; what is enforced is what the OpenAPI document states."""

from typing import Annotated, Final

from fastapi import Header, Path, Query

from pcf_gateway.resources.capabilities import CapabilityId
from pcf_gateway.resources.fields import PageLength, Ulid
from pcf_gateway.resources.patterns import IDEMPOTENCY_KEY, Matching

MAX_PAGE: Final = 1000
MAX_CAPABILITIES_PAGE: Final = 200
DEFAULT_PAGE: Final = 50

BuildId = Annotated[Ulid, Path(description="The build's id, a ULID.")]
EventId = Annotated[Ulid, Path(description="The event's id, a ULID.")]
CapabilityName = Annotated[CapabilityId, Path(description="The capability's id.")]
IdempotencyText = Annotated[
    str, Matching(IDEMPOTENCY_KEY, "be 1 to 255 printable ASCII characters, no space at the ends")
]
IdempotencyKey = Annotated[
    IdempotencyText | None,
    Header(
        alias="Idempotency-Key",
        description="Makes the request safe to repeat: same key and content, same answer.",
        examples=["order-4711"],
    ),
]
PageSize = Annotated[
    PageLength,
    Query(description="At most this many; more than 1,000 (capabilities: 200) means that."),
]
PageToken = Annotated[
    str | None,
    Query(max_length=512, description="next_page_token of the page before, with the same filters."),
]
