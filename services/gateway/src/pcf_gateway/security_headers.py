"""Headers that tell browsers what not to do with a response, whatever it is."""

from collections.abc import Sequence
from typing import Final

__all__ = ["CONTENT_POLICY", "security_headers"]

Header = tuple[bytes, bytes]

CONTENT_POLICY: Final[Header] = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
"""Of responses that have none of their own, as the web page has: nothing in them is to be run or shown in a frame."""
_ALWAYS: Final[Sequence[Header]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


def security_headers(*, hsts_s: int) -> tuple[Header, ...]:
    """Made once; with `hsts_s`, browsers come by HTTPS only for so long."""
    if not hsts_s:
        return tuple(_ALWAYS)
    return (*_ALWAYS, (b"strict-transport-security", b"max-age=%d" % hsts_s))
