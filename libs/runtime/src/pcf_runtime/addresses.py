"""The one thing that commonly goes wrong when a server starts: somebody else has its port."""

from pcf_runtime.starting import CannotStartError


class AddressUnavailableError(CannotStartError, OSError):
    """A server cannot listen where it was told to."""

    def __init__(self, what: str, host: str, port: int) -> None:
        super().__init__(
            f"The {what} cannot listen on {host}:{port}: the port is in use, or the address is not this machine's."
        )
