"""Free ports on 127.0.0.1, below those that the kernel gives to outgoing connections.

A server that is restarted wants its port back; one from that range might be some connection's by then.
"""

import secrets
import socket

__all__ = ["free_port"]

_FIRST, _COUNT = 20_000, 12_000
_ATTEMPTS = 200


def free_port(*, also: int = 0) -> int:
    """A port where nobody listens; `also` is the distance to a second one that must be free too."""
    for _ in range(_ATTEMPTS):
        port = _FIRST + secrets.randbelow(_COUNT)
        if _is_free(port) and _is_free(port + also):
            return port
    raise OSError(f"no free port found in {_ATTEMPTS} attempts")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
