"""Conditional and range requests on an artifact (RFC 9110, sections 13 and 14)."""

import re
from dataclasses import dataclass
from typing import Final

from pcf_gateway.problems.refusal import Refusal

_ONE_RANGE: Final = re.compile(r"bytes=([0-9]{1,18})?-([0-9]{1,18})?", re.ASCII)
_TAG: Final = re.compile(r'(?:W/)?("[^"]*")')


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes from `first` up to and with `last`."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


def etag(sha256: str) -> str:
    return f'"{sha256}"'


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether the client holds these bytes already; compared weakly, as If-None-Match is."""
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or tag in _TAG.findall(if_none_match)


def requested_range(header: str | None, if_range: str | None, *, tag: str, size: int) -> ByteRange | None:
    """The one range that was asked for, or None for the whole. Refuses a range beyond the end with 416.

    What is no byte range, or is several, is ignored, as RFC 9110 allows: the answer is the whole. So is a
    range of bytes that have changed since (If-Range; a date there never matches, for artifacts have none).
    """
    found = _ONE_RANGE.fullmatch(header.strip()) if header is not None else None
    if found is None or (if_range is not None and if_range.strip() != tag):
        return None
    first_text, last_text = found.groups()
    if first_text is None:
        return None if last_text is None else _suffix(int(last_text), size)
    first = int(first_text)
    last = size - 1 if last_text is None else min(int(last_text), size - 1)
    if last_text is not None and int(last_text) < first:
        return None
    if first >= size:
        raise _unsatisfiable(size)
    return ByteRange(first, last)


def _suffix(length: int, size: int) -> ByteRange:
    if length == 0 or size == 0:
        raise _unsatisfiable(size)
    return ByteRange(max(0, size - length), size - 1)


def _unsatisfiable(size: int) -> Refusal:
    return Refusal("OFFSET_PAST_END", f"The file has {size} bytes.", headers={"Content-Range": f"bytes */{size}"})
