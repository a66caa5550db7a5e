"""Page sizes and opaque page tokens.

A token carries the place to go on from, bound to the query it belongs to. Its checksum finds tokens that
were cut, mistyped or moved to another query; it is no signature, so a token must hold nothing that a caller
may not choose.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Final

from pcf_runtime.errors import InvalidArgument, Violation

_CHECKSUM_BYTES: Final = 8


def page_size(asked: int, *, default: int, maximum: int) -> int:
    """0 means the default; more than the maximum means the maximum; negative is an error (AIP-158)."""
    if asked < 0:
        raise InvalidArgument(
            "BAD_PAGE_SIZE",
            "The page size is negative.",
            violations=[Violation("page_size", "must be 0 or more")],
        )
    return min(asked or default, maximum)


def encode_token(values: Mapping[str, str | int], *, filter_: str = "") -> str:
    """An opaque token; `filter_` is any text that is the same for the same query, such as its fingerprint."""
    body = json.dumps(values, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(_checksum(body, filter_) + body).rstrip(b"=").decode()


def decode_token(token: str, *, filter_: str = "") -> dict[str, str | int]:
    """What the token was made of. BAD_PAGE_TOKEN when it is not one of ours or belongs to another query."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise _bad_token() from error
    checksum, body = raw[:_CHECKSUM_BYTES], raw[_CHECKSUM_BYTES:]
    if checksum != _checksum(body, filter_):
        raise _bad_token()
    values: dict[str, str | int] = json.loads(body)
    return values


def _checksum(body: bytes, filter_: str) -> bytes:
    return hashlib.sha256(filter_.encode() + b"\0" + body).digest()[:_CHECKSUM_BYTES]


def _bad_token() -> InvalidArgument:
    return InvalidArgument(
        "BAD_PAGE_TOKEN",
        "The page token is not one of this query; begin again without one.",
        violations=[Violation("page_token", "must be the next_page_token of the same query")],
    )
