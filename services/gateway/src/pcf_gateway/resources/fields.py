"""Types of single values that several resources and parameters share."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Final, Literal, NoReturn

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from pcf_gateway.resources import patterns

_MOMENT: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LEAP_SECOND: Final = "60"


class Resource(BaseModel):
    """Something the API answers with: made once, then only written out."""

    model_config = ConfigDict(frozen=True)


def plain_digits(value: object) -> object:
    """Refuse what pydantic would read as a number out of text, such as `1_000`, ` 7 ` or `1.0`."""
    if isinstance(value, str) and not (value.isascii() and value.isdecimal()):
        raise PydanticCustomError("digits", "must be a whole number in digits")
    return value


def whole(value: object) -> object:
    """Read 3600.0, which JSON Schema calls an integer as much as 3600, as what it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def read_moment(value: object) -> datetime:
    """Read an RFC 3339 date-time, and nothing that merely looks like one."""
    found = _MOMENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("moment", "must be an RFC 3339 date and time, such as 2026-05-01T12:00:00Z")
    day, minute, second, fraction, zone = found.groups()
    # Python knows no leap seconds; the last moment before it keeps the order.
    second, fraction = ("59", ".999999") if second == _LEAP_SECOND else (second, fraction or "")
    offset = "+00:00" if zone in "Zz" else zone
    try:
        return datetime.fromisoformat(f"{day}T{minute}:{second}{fraction}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise PydanticCustomError("moment", "must be a date and time that exists") from None


def read_day(value: object) -> date:
    """Read an RFC 3339 full-date, and nothing that merely looks like one."""
    found = _DAY.fullmatch(value) if isinstance(value, str) else None
    try:
        return date.fromisoformat(found.group()) if found else _no_day()
    except ValueError:
        _no_day()


def _no_day() -> NoReturn:
    raise PydanticCustomError("day", "must be a day that exists, such as 2026-05-01")


Ulid = Annotated[
    str,
    patterns.Matching(patterns.ULID, "be a ULID: 26 upper-case letters and digits"),
    Field(examples=["01JB2C3D4E5F6G7H8J9KMNPQRS"]),
]
# Either case: Windows writes hashes in capitals.
Sha256 = Annotated[
    str,
    patterns.Matching(patterns.SHA256, "be a SHA-256: 64 hexadecimal digits"),
    Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]),
]
# In answers the pattern is a promise, not a check: ids come from the services that made them.
Id = Annotated[str, Field(json_schema_extra={"pattern": patterns.ULID})]
Count = Annotated[int, Field(ge=0, le=2**63 - 1), BeforeValidator(plain_digits)]
TreeSize = Annotated[int, Field(ge=1, le=2**63 - 1), BeforeValidator(plain_digits)]
# No maximum: a page size that is too large means the largest.
PageLength = Annotated[int, Field(ge=1), BeforeValidator(plain_digits)]
Moment = Annotated[datetime, PlainValidator(read_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
GivenDay = Annotated[date, PlainValidator(read_day), WithJsonSchema({"type": "string", "format": "date"})]
Time = Annotated[datetime, Field(description="RFC 3339, in UTC.")]

StageName = Literal[
    "intent-interpretation",
    "capability-matching",
    "specification-generation",
    "rules-validation",
    "final-validation",
    "code-generation",
    "packaging",
]
BuildState = Literal["queued", "running", "needs_input", "succeeded", "failed", "cancelled"]
ArtifactKind = Literal["source", "solution", "managed-solution", "report"]

StageOrNull = Annotated[StageName | None, Field(description="One of the seven stages; null where none is meant.")]
