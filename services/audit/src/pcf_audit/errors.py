"""What the audit service refuses or cannot do, beside what the runtime finds in a request (InvalidArgument).

ServiceError
├── InvalidArgument
│   ├── RangeReversed       RANGE_REVERSED        the end is before the beginning
│   └── TreeSizesReversed   TREE_SIZES_REVERSED   the first tree is larger than the second
├── OutOfRange
│   ├── EventNotInTree      EVENT_NOT_IN_TREE     it was appended after the tree had that size
│   └── TreeSizeTooLarge    TREE_SIZE_TOO_LARGE   the log has not so many events
├── FailedPrecondition
│   └── EventRetired        EVENT_RETIRED         older events were retired; an export has them
├── NotFound
│   ├── EventNotFound       EVENT_NOT_FOUND       no event has this id
│   └── NoCheckpoint        NO_CHECKPOINT         nothing was signed at this size
├── AlreadyExists
│   └── EventIdReused       EVENT_ID_REUSED       nothing was appended; give the event an id of its own
├── ResourceExhausted
│   └── LogBusy             LOG_BUSY              nothing was appended; repeat after the told time
├── Unavailable
│   ├── StoreUnavailable    STORE_UNAVAILABLE     appended or not; repeat with the same ids
│   └── KeysDiffer          KEYS_DIFFER           a key in the settings is not the one that was used; nothing appended
└── DataLoss
    └── LogDamaged          LOG_DAMAGED           changed from outside; VerifyLog says where
"""

from pcf_runtime.errors import (
    AlreadyExists,
    DataLoss,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    OutOfRange,
    PermissionDenied,
    ResourceExhausted,
    Unavailable,
)

__all__ = [
    "EventIdReused",
    "EventNotFound",
    "EventNotInTree",
    "EventRetired",
    "KeysDiffer",
    "LogBusy",
    "LogDamaged",
    "NoCheckpoint",
    "RangeReversed",
    "StoreUnavailable",
    "TreeSizeTooLarge",
    "TreeSizesReversed",
]

_BUSY_RETRY_S = 1.0


class RangeReversed(InvalidArgument):
    def __init__(self, first: int, end: int) -> None:
        super().__init__("RANGE_REVERSED", f"The range begins at {first} and ends before {end}.")


class TreeSizesReversed(InvalidArgument):
    def __init__(self, first: int, second: int) -> None:
        super().__init__("TREE_SIZES_REVERSED", f"A tree of {first} events does not grow into one of {second}.")


class EventNotInTree(OutOfRange):
    def __init__(self, index: int, size: int) -> None:
        super().__init__("EVENT_NOT_IN_TREE", f"The event stands at index {index}, behind a tree of {size} events.")


class TreeSizeTooLarge(OutOfRange):
    def __init__(self, size: int, *, newest: int) -> None:
        super().__init__(
            "TREE_SIZE_TOO_LARGE",
            f"The log has {newest} events, not {size}.",
            metadata={"tree_size": str(newest)},
        )


class EventRetired(FailedPrecondition):
    def __init__(self, first_index: int) -> None:
        super().__init__(
            "EVENT_RETIRED",
            f"Events before index {first_index} are not kept here any more; look for them in an export.",
            metadata={"first_index": str(first_index)},
        )


class AdministratorsOnly(PermissionDenied):
    def __init__(self) -> None:
        super().__init__(
            "ALL_TENANTS_NEEDED", "The log itself holds every tenant's events: only an administrator may export it."
        )


class EventNotFound(NotFound):
    def __init__(self, event_id: str) -> None:
        super().__init__("EVENT_NOT_FOUND", "The log holds no event with this id.", metadata={"event_id": event_id})


class NoCheckpoint(NotFound):
    def __init__(self, size: int) -> None:
        super().__init__("NO_CHECKPOINT", f"The log signed no checkpoint of {size} events; ask for the newest.")


class EventIdReused(AlreadyExists):
    def __init__(self, event_id: str) -> None:
        super().__init__(
            "EVENT_ID_REUSED",
            "The id of this event stands for another content; nothing of the call was appended.",
            metadata={"event_id": event_id},
        )


class LogBusy(ResourceExhausted):
    def __init__(self) -> None:
        super().__init__(
            "LOG_BUSY", "Too many events wait to be stored; try again shortly.", retry_after_s=_BUSY_RETRY_S
        )


class StoreUnavailable(Unavailable):
    """The cause goes to the log, not to the caller: it may name paths and hosts."""

    def __init__(self) -> None:
        super().__init__("STORE_UNAVAILABLE", "The log's store does not answer; repeat with the same ids.")


class KeysDiffer(Unavailable):
    """Somebody gave this instance another key than the log was written with: waiting for the operator loses nothing."""

    def __init__(self, sentence: str) -> None:
        super().__init__("KEYS_DIFFER", sentence)


class LogDamaged(DataLoss):
    def __init__(self) -> None:
        super().__init__("LOG_DAMAGED", "Stored data of the log is damaged; VerifyLog tells where.")
