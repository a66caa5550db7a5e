"""New identifiers. Domain code takes a `Callable[[], str]` and never imports this."""

import uuid
from datetime import datetime

from ulid import ULID


def new_ulid(at: datetime | None = None) -> str:
    """26 characters, sortable by time of making; `at` gives the time where a clock is at hand."""
    return str(ULID() if at is None else ULID.from_datetime(at))


def new_uuid() -> str:
    """A random UUID, the form of request ids."""
    return str(uuid.uuid4())
