"""Is the service in this container alive? `python -m pcf_runtime.probe VARIABLE PORT` ends with 0 if it is.

For images, which have no shell and no curl. VARIABLE is the setting of the metrics port, PORT what it is if that is
not set. Loads next to nothing, for it is asked every few seconds.
"""

import http.client
import os
import sys

__all__ = ["is_alive"]

_WITHIN_S = 2.0
_OK = 200


def is_alive(port: int, host: str = "127.0.0.1") -> bool:
    """Whether `/healthz` of the metrics port says so."""
    connection = http.client.HTTPConnection(host, port, timeout=_WITHIN_S)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    variable, usual = sys.argv[1:]
    sys.exit(0 if is_alive(int(os.environ.get(variable) or usual)) else 1)
