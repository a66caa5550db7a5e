"""Where servers listen: what commonly goes wrong with it, and which places only this machine reaches."""

from typing import Final

from pcf_runtime.starting import CannotStartError

_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_LOCAL_SOCKETS: Final = ("unix:", "unix-abstract:")


class AddressUnavailableError(CannotStartError, OSError):
    """A server cannot listen where it was told to."""

    def __init__(self, what: str, host: str, port: int) -> None:
        super().__init__(
            f"The {what} cannot listen on {host}:{port}: the port is in use, or the address is not this machine's."
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach it."""
    return host.strip("[]") in _LOOPBACK


def is_loopback_target(target: str) -> bool:
    """The same of a gRPC target, `127.0.0.1:50052` or `dns:///localhost:50052`."""
    if target.startswith(_LOCAL_SOCKETS):
        return True
    # With a scheme, only an empty authority: one names a DNS server, which may answer anything.
    places = target.removeprefix("dns:///").removeprefix("ipv4:").removeprefix("ipv6:").split(",")
    return all(is_loopback(place.rpartition(":")[0] or place) for place in places)
