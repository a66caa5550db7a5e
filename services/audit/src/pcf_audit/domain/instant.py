"""Points in time as nanoseconds since 1970 (UTC), and their one text form.

The text always has nine fraction digits and a `Z`, so texts of two instants compare as the instants do.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

__all__ = ["from_datetime", "from_text", "to_text"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - isoformat() then leaves out the offset, which we write as Z
_SECOND = timedelta(seconds=1)
_MICROSECOND = timedelta(microseconds=1)
_NS_PER_S = 1_000_000_000
_TEXT_LENGTH = len("1970-01-01T00:00:00.000000000Z")


@lru_cache(maxsize=64)  # all events of a transaction are recorded at one time
def to_text(time_ns: int) -> str:
    """RFC 3339 with nanoseconds, for the years 1 to 9999."""
    seconds, nanos = divmod(time_ns, _NS_PER_S)
    return f"{(_NAIVE_EPOCH + timedelta(seconds=seconds)).isoformat()}.{nanos:09d}Z"


def from_text(text: str) -> int:
    """Back from `to_text`; ValueError for any other form."""
    if len(text) != _TEXT_LENGTH or text[19] != "." or text[-1] != "Z":
        raise ValueError(f"not an instant with nanoseconds: {text!r}")
    seconds = (datetime.fromisoformat(text[:19]) - _NAIVE_EPOCH) // _SECOND
    return seconds * _NS_PER_S + int(text[20:29])


def from_datetime(moment: datetime) -> int:
    """Nanoseconds of a datetime that knows its zone."""
    return (moment - _EPOCH) // _MICROSECOND * 1_000
