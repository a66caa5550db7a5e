"""Nothing is told as stored that only the primary has."""

from typing import Final

__all__ = ["AWAIT_ALL"]

AWAIT_ALL: Final = "SELECT pg_logical_emit_message(true, 'pcf', '')"
"""Makes a transaction that finds something stored, and writes nothing, wait for the standby as one that writes does.

A commit whose wait for the standby was given up, by a time limit or a restart of the primary, is seen by everybody
from then on: who repeats the write would be told that it is stored, and it would be gone with the primary. An empty
message in the log makes this commit wait for all before it.
"""
