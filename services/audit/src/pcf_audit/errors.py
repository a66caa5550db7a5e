"""What the audit service refuses or cannot do, beside what the runtime finds in a request (InvalidArgument).

ServiceError
├── NotFound
│   └── EventNotFound     EVENT_NOT_FOUND    no event has this id
├── AlreadyExists
│   └── EventIdReused     EVENT_ID_REUSED    nothing was appended; give the event an id of its own
├── ResourceExhausted
│   └── LogBusy           LOG_BUSY           nothing was appended; repeat after the told time
├── Unavailable
│   └── StoreUnavailable  STORE_UNAVAILABLE  appended or not; repeat with the same ids
└── DataLoss
└── LogDamaged        LOG_DAMAGED        changed from outside; VerifyLog says where
"""

from pcf_runtime.errors import AlreadyExists, DataLoss, NotFound, ResourceExhausted, Unavailable

__all__ = ["EventIdReused", "EventNotFound", "LogBusy", "LogDamaged", "StoreUnavailable"]

_BUSY_RETRY_S = 1.0


class EventNotFound(NotFound):
    def __init__(self, event_id: str) -> None:
        super().__init__("EVENT_NOT_FOUND", "The log holds no event with this id.", metadata={"event_id": event_id})


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


class LogDamaged(DataLoss):
    def __init__(self) -> None:
        super().__init__("LOG_DAMAGED", "Stored data of the log is damaged; VerifyLog tells where.")
