"""moto, one request at a time: `python moto_in_turn.py PORT`, in the environment of the servers.

Its threads share what it plays without a lock. Under Terraform's many requests at once, now and then one is sent again
whose work is done: what it is to make is there already, and the whole apply fails.
"""

import sys
from collections.abc import Iterable
from threading import Lock
from typing import Any

from moto.server import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple


class InTurn:
    """A WSGI application that is asked anew when it has answered."""

    def __init__(self, asked: Any) -> None:
        self._asked = asked
        self._turn = Lock()

    def __call__(self, environment: dict[str, Any], start: Any) -> Iterable[bytes]:
        with self._turn:
            return [*self._asked(environment, start)]


if __name__ == "__main__":
    played = InTurn(DomainDispatcherApplication(create_backend_app))
    run_simple("127.0.0.1", int(sys.argv[1]), played, threaded=True, request_handler=MotoRequestHandler)
