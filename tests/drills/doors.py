"""The edges that clients come by, and how a client keeps its connection."""

import random
import ssl
from dataclasses import dataclass

from tests.drills.rest_client import Connection

__all__ = ["Door", "Doors", "Session"]


@dataclass(frozen=True, slots=True)
class Door:
    """An edge, and whom its clients trust."""

    port: int
    trusting: ssl.SSLContext


@dataclass(slots=True)
class Doors:
    """Those that new connections go to, as a balancer of connections in front of several edges would have it."""

    open: list[Door]
    chance: random.Random

    def pick(self) -> Door:
        return self.chance.choice(self.open)


class Session:
    """A client's connection, at another door once the old one was closed."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors
        self._connection: Connection | None = None

    def connection(self) -> Connection:
        if self._connection is None or not self._connection.is_open:
            door = self._doors.pick()
            self._connection = Connection(door.port, door.trusting)
        return self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None
