"""A user of Postgres whose password changes while services are at work."""

import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from tests.servers.postgres import Postgres

__all__ = ["DatabaseAccount"]

_USER = "drill"
_IDLE = f"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{_USER}' AND state = 'idle'
  AND query NOT LIKE 'LISTEN%' AND state_change < now() - interval '50 ms'
"""
_NEW = (
    "SELECT count(DISTINCT application_name) FROM pg_stat_activity"
    f" WHERE usename = '{_USER}' AND backend_start > '{{}}'"
)


class DatabaseAccount:
    """The URLs of services stand in files; they and the password change, and old connections go on."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._password = secrets.token_hex(12)
        server.execute(f"CREATE ROLE {_USER} SUPERUSER LOGIN PASSWORD '{self._password}'")

    def new_database(self) -> str:
        """Its URL as it is now."""
        return self._server.url(self._server.create_database(), user=_USER, password=self._password)

    def rotate(self, files: Sequence[Path]) -> str:
        """From now on the database takes the new password alone; when that was, by its clock."""
        self._password = secrets.token_hex(12)
        self._server.execute(f"ALTER ROLE {_USER} PASSWORD '{self._password}'")
        for file in files:
            new = file.with_suffix(".new")
            new.write_text(re.sub(f"//{_USER}:[^@]+@", f"//{_USER}:{self._password}@", file.read_text()))
            new.replace(file)
        changed: str = self._server.execute("SELECT clock_timestamp()").strip()
        # Else they would be kept, and nobody would need the password.
        self._server.execute(_IDLE)
        return changed

    def connected_since(self, moment: str) -> int:
        """How many services have connected since, with the password of that moment."""
        return int(self._server.execute(_NEW.format(moment)))
