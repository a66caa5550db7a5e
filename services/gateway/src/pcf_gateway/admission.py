"""What a request must be before the application sees it: meant for us, and small enough.

While authentication is off, the gateway listens on loopback only, and still every web page that a person
visits can send requests there. Two checks keep them out: the name in `Host` must be one of ours (a page whose
name was pointed at 127.0.0.1 sends its own), and nothing is changed for a page of another site
(`Sec-Fetch-Site`, set by every browser).
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from pcf_runtime.errors import Violation
from starlette.types import Message, Receive

from pcf_gateway.problems.refusal import Refusal

TIMEOUT_PATTERN: Final = r"^[1-9][0-9]{0,3}(\.[0-9]{1,3})?$"
_TIMEOUT: Final = re.compile(TIMEOUT_PATTERN.encode())
_SAFE_METHODS: Final = ("GET", "HEAD", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Admission:
    """The limits, and the checks that hold them. `allowed_hosts` None means any."""

    body_limit_bytes: int
    request_timeout_s: float
    longest_request_timeout_s: float
    allowed_hosts: Collection[str] | None

    def check(self, method: str, headers: dict[bytes, bytes]) -> None:
        if self.allowed_hosts is not None:
            self._check_host(headers.get(b"host"))
            if method not in _SAFE_METHODS and headers.get(b"sec-fetch-site") == b"cross-site":
                raise Refusal("CROSS_SITE", "A page of another site must not change anything here.")
        length = headers.get(b"content-length")
        if length is not None and int(length) > self.body_limit_bytes:
            raise self._too_large()

    def seconds(self, headers: dict[bytes, bytes]) -> float:
        """How long the request may take."""
        asked = headers.get(b"x-request-timeout")
        if asked is None:
            return self.request_timeout_s
        if _TIMEOUT.fullmatch(asked) is None:
            raise Refusal(
                "INVALID_REQUEST",
                "X-Request-Timeout cannot be used.",
                violations=[Violation("X-Request-Timeout", "must be seconds from 1 to 9999, with at most 3 decimals")],
            )
        return min(float(asked), self.longest_request_timeout_s)

    def limited(self, receive: Receive) -> Receive:
        """The same body, refused once it is too long; for bodies that do not tell their length."""
        received = 0

        async def counting() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.body_limit_bytes:
                raise self._too_large()
            return message

        return counting

    def _check_host(self, host: bytes | None) -> None:
        # No Host comes from HTTP/1.0, and thus from no browser.
        if host is None:
            return
        # The port is left out; an address of IPv6 stands in brackets and has colons of its own.
        name, closing, _ = host.partition(b"]")
        name = name + closing if closing else host.partition(b":")[0]
        if name.decode("latin-1").lower() not in (self.allowed_hosts or ()):
            raise Refusal("MISDIRECTED_REQUEST", "This gateway does not answer for that host.")

    def _too_large(self) -> Refusal:
        return Refusal("BODY_TOO_LARGE", f"The body has more than {self.body_limit_bytes} bytes.")
