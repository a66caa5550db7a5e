"""Does a service answer? `python -m pcf_runtime.probe VARIABLE PORT` or `… URL URL …` ends with 0 if it does.

For images, which have no shell and no curl. VARIABLE is the setting of this container's metrics port, PORT what it is
if that is not set; URLs are asked one after another, each until it answers or 30 s are over, and told. Loads next to
nothing, for it is asked every few seconds.
"""

import http.client
import os
import sys
import time
from urllib.parse import urlsplit

__all__ = ["answers", "is_alive"]

_WITHIN_S = 2.0
_PATIENCE_S = 30.0
_PAUSE_S = 1.0
_OK = 200


def is_alive(port: int, host: str = "127.0.0.1", path: str = "/healthz") -> bool:
    """Whether a service says so at its metrics port."""
    connection = http.client.HTTPConnection(host, port, timeout=_WITHIN_S)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def answers(url: str, *, patience_s: float = _PATIENCE_S) -> bool:
    """Whether an address, `http://host:port/path`, answers with 200 within this time."""
    place = urlsplit(url)
    ends_at = time.monotonic() + patience_s
    while not is_alive(place.port or 80, place.hostname or "", place.path):
        if time.monotonic() > ends_at:
            return False
        time.sleep(_PAUSE_S)
    return True


def main(arguments: list[str]) -> int:
    """0 if all that is asked answers."""
    if not arguments[0].startswith("http://"):
        variable, usual = arguments
        return 0 if is_alive(int(os.environ.get(variable) or usual)) else 1
    told = {url: answers(url) for url in arguments}
    for url, is_well in told.items():
        sys.stdout.write(f"{'answers' if is_well else 'DOES NOT ANSWER':16}{url}\n")
    return 0 if all(told.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
