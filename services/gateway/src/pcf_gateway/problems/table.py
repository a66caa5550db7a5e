"""The tables behind every problem: gRPC code to HTTP status, status to product code, reason to words.

A reason that stands in `REASONS` has its HTTP status from there, any other from its gRPC code. The two differ
on purpose in thirteen places: an answer, a cancellation or a resumption that the build's state does not allow,
or that does not fit its open question, is a conflict with the state of the resource (409); a page token that
leads nowhere names a page that is not there, and a size that the audit log has not reached, or not with that
event, a tree (404); an event that the log retired, and a file that is kept no longer, is gone (410); an offset
past the end is a range that cannot be satisfied (416); a service that may not call another is a fault of its operators
(500); a queue that is full of everybody's builds is no fault of who
comes next (503).

Codes: reasons that are product codes (`PCF_INT_002`) keep them. A prompt that cannot be read at all is
PCF-INT-001. Everything else says something about the service and not about a component:

    PCF-SYS-002  the request could not be understood          PCF-SYS-006  it conflicts with what is there
    PCF-SYS-004  the service failed                           PCF-SYS-007  too much at once
    PCF-SYS-005  there is no such thing                       PCF-SYS-008  the service does not answer now
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from grpc import StatusCode

from pcf_gateway.resources.fields import StageName

HTTP_STATUS: Final[Mapping[StatusCode, int]] = {
    StatusCode.INVALID_ARGUMENT: 400,
    StatusCode.FAILED_PRECONDITION: 400,
    StatusCode.OUT_OF_RANGE: 400,
    StatusCode.UNAUTHENTICATED: 401,
    StatusCode.PERMISSION_DENIED: 403,
    StatusCode.NOT_FOUND: 404,
    StatusCode.ALREADY_EXISTS: 409,
    StatusCode.ABORTED: 409,
    StatusCode.RESOURCE_EXHAUSTED: 429,
    StatusCode.CANCELLED: 499,
    StatusCode.UNKNOWN: 500,
    StatusCode.INTERNAL: 500,
    StatusCode.DATA_LOSS: 500,
    StatusCode.UNIMPLEMENTED: 501,
    StatusCode.UNAVAILABLE: 503,
    StatusCode.DEADLINE_EXCEEDED: 504,
}

CODES: Final[Mapping[int, str]] = {
    404: "PCF-SYS-005",
    410: "PCF-SYS-005",
    409: "PCF-SYS-006",
    429: "PCF-SYS-007",
    499: "PCF-SYS-008",
    500: "PCF-SYS-004",
    501: "PCF-SYS-004",
    503: "PCF-SYS-008",
    504: "PCF-SYS-008",
}
OTHER_CODE: Final = "PCF-SYS-002"

STAGES: Final[Mapping[str, StageName]] = {
    "INT": "intent-interpretation",
    "CAP": "capability-matching",
    "SPEC": "specification-generation",
    "VAL": "rules-validation",
    "GEN": "code-generation",
    "PKG": "packaging",
}
CROSS_REFERENCE_CODE: Final = "PCF-VAL-005"


@dataclass(frozen=True, slots=True)
class Advice:
    """What a reason means outside: its status, and what to tell the maker."""

    status: int
    user_message: str
    suggestion: str


_OURS: Final = "Try again in a moment; if it stays, tell the operator the request id in `instance`."
_FROM_LIST: Final = "Take one from the list it belongs to."

REASONS: Final[Mapping[str, Advice]] = {
    "INVALID_REQUEST": Advice(
        400, "The request holds something that cannot be used.", "Correct what `violations` names."
    ),
    "PCF_INT_001": Advice(
        400, "The prompt cannot be used.", "Say in 1 to 5,000 characters what the control should do."
    ),
    "TREE_SIZES_REVERSED": Advice(
        400, "The second tree is smaller than the first.", "Give the smaller size as `first`."
    ),
    "RANGE_REVERSED": Advice(400, "The range ends before it begins.", "Give a `first` that the log has."),
    "BAD_JSON": Advice(400, "The request could not be read.", "Send one JSON object in UTF-8."),
    "CREDENTIAL_MISSING": Advice(401, "It is not known who is asking.", "Give your API key."),
    "CREDENTIAL_INVALID": Advice(
        401, "The key or token does not work.", "Look for a typing error, or ask an administrator for another key."
    ),
    "SCOPE_MISSING": Advice(403, "Your key does not allow this.", "Ask an administrator for the scope in `detail`."),
    "ALL_TENANTS_NEEDED": Advice(
        403, "Only an administrator may export the log.", "Read your own events from the list of audit events."
    ),
    "CROSS_SITE": Advice(403, "This page may not do that.", "Use the page or program that belongs to it."),
    "PATH_NOT_FOUND": Advice(404, "There is nothing at this address.", "See /docs for what there is."),
    "BUILD_NOT_FOUND": Advice(404, "There is no such build.", _FROM_LIST),
    "ARTIFACT_NOT_FOUND": Advice(
        404, "The build has no such file (yet).", "Wait until the build has succeeded, or look at its result."
    ),
    "ARTIFACT_GONE": Advice(
        410, "The file is no longer kept.", "Build it again: the same prompt and options give the same file."
    ),
    "CAPABILITY_NOT_FOUND": Advice(404, "There is no such kind of control.", _FROM_LIST),
    "RELEASE_NOT_FOUND": Advice(404, "There is no such release.", _OURS),
    "EVENT_NOT_FOUND": Advice(404, "There is no such audit event.", _FROM_LIST),
    "KEY_NOT_FOUND": Advice(404, "There is no such key.", _FROM_LIST),
    "BAD_PAGE_TOKEN": Advice(
        404, "There is no such page.", "Begin at the first page, with the filters of the page before."
    ),
    "NO_CHECKPOINT": Advice(
        404, "The log signed nothing at this size.", "Leave the size out to get the newest checkpoint."
    ),
    "TREE_SIZE_TOO_LARGE": Advice(404, "The log has not so many events (yet).", "Take the size of a checkpoint."),
    "EVENT_NOT_IN_TREE": Advice(404, "The event came after that tree.", "Take the size of a later checkpoint."),
    "METHOD_NOT_ALLOWED": Advice(405, "This cannot be done here.", "Use one of the methods in `Allow`."),
    "BODY_TOO_SLOW": Advice(
        408, "The request took too long to arrive.", "Try again; if it stays, look at your connection."
    ),
    "REQUEST_ID_REUSED": Advice(
        409, "This was sent before with other content.", "Use a new Idempotency-Key for a new request."
    ),
    "BUILD_ENDED": Advice(409, "The build has ended already.", "Look at its result, or start another."),
    "NO_OPEN_QUESTION": Advice(409, "The build asks nothing (any more).", "Look at its state."),
    "UNKNOWN_CHOICE": Advice(409, "That is not one of the choices.", "Take a choice_id from the build's question."),
    "WRONG_QUESTION": Advice(409, "The build asks something else.", "Answer the question it shows now."),
    "BUILD_NOT_RESUMABLE": Advice(
        409, "The build cannot be resumed.", "Only failed and cancelled builds can; look at its state."
    ),
    "KEY_ENDED": Advice(409, "The key does not work any more.", "Create another."),
    "KEY_MADE_BEFORE": Advice(
        409, "That key was made before.", "If its secret was lost, revoke the key in `details` and make another."
    ),
    "EVENT_RETIRED": Advice(
        410, "This part of the log is not kept here any more.", "Look for it in the exports of the log."
    ),
    "BODY_TOO_LARGE": Advice(413, "The request is too large.", "Shorten the prompt."),
    "UNSUPPORTED_MEDIA_TYPE": Advice(
        415, "The request could not be read.", "Send it as Content-Type: application/json."
    ),
    "OFFSET_PAST_END": Advice(416, "The file is shorter than that.", "Ask for a range inside `Content-Range`."),
    "MISDIRECTED_REQUEST": Advice(
        421, "This is the wrong address.", "Use 127.0.0.1 or localhost, or have the operator allow the host."
    ),
    "TENANT_QUEUE_FULL": Advice(
        429,
        "Too many of your builds are waiting.",
        "Try again after the time in `Retry-After`, or cancel builds that you do not need.",
    ),
    "TOO_BUSY": Advice(429, "The service is busy.", "Try again after the time in `Retry-After`."),
    "RATE_LIMITED": Advice(429, "That was too much at a time.", "Try again after the time in `Retry-After`."),
    "QUOTA_SPENT": Advice(
        429, "Your builds of the day are spent.", "Wait for the time in `Retry-After`, or ask for a larger quota."
    ),
    "TOO_MANY_AT_ONCE": Advice(
        429, "You have too much under way.", "Let something end, then try again after the time in `Retry-After`."
    ),
    "TOO_MANY_FAILURES": Advice(
        429, "Too many keys from here did not work.", "Look at your key; try again after the time in `Retry-After`."
    ),
    "CALLER_NOT_ALLOWED": Advice(500, "The services are not set up to work together.", _OURS),
    "INTERNAL": Advice(500, "Something went wrong on our side.", _OURS),
    "ARTIFACTS_UNAVAILABLE": Advice(
        503, "The files cannot be reached now.", "They are not lost: try again after the time in `Retry-After`."
    ),
    "QUEUE_FULL": Advice(503, "Too many builds are waiting.", "Try again after the time in `Retry-After`."),
    "GATEWAY_FULL": Advice(503, "The service is busy.", "Try again after the time in `Retry-After`."),
    "UNAVAILABLE": Advice(503, "A part of the service does not answer.", _OURS),
    "DEADLINE_EXCEEDED": Advice(504, "It took too long.", "Look whether it happened, then try again."),
}

# For reasons that are not in the table: a newer service may send them.
_REFUSED: Final = ("The request was refused.", "See `detail`.")
DEFAULT_WORDS: Final[Mapping[int, tuple[str, str]]] = {
    401: ("It is not known who is asking.", "Sign in."),
    403: ("This is not allowed.", "Ask someone who may."),
    500: (REASONS["INTERNAL"].user_message, _OURS),
    501: ("The service cannot do this.", _OURS),
    503: (REASONS["UNAVAILABLE"].user_message, _OURS),
    504: (REASONS["DEADLINE_EXCEEDED"].user_message, REASONS["DEADLINE_EXCEEDED"].suggestion),
}


def words(reason: str, status: int) -> tuple[str, str]:
    """What to tell the maker, and what to do."""
    advice = REASONS.get(reason)
    if advice is not None:
        return advice.user_message, advice.suggestion
    return DEFAULT_WORDS.get(status, _REFUSED)
