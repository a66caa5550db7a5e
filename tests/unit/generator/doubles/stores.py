"""The stores that scenes play on: one in a file, one in a PostgreSQL whose clock is a file."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from pcf_generator.adapters.sqlite.build_store import SqliteBuildStore
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.build_store import BuildStore
from pcf_runtime.postgres.commands import migrate
from pcf_runtime.testing import FakeClock

from tests.servers.postgres import Postgres
from tests.unit.generator.doubles.scenes import OpenStore


def sqlite_opener(folder: Path, clock: FakeClock, new_id: Callable[[], str], stack: AsyncExitStack) -> OpenStore:
    """Opens stores on one file, each as another instance would."""

    async def open_store() -> BuildStore:
        database = await Database.open(folder / "builds.db")
        stack.push_async_callback(database.close)
        return SqliteBuildStore(database, clock=clock.now, new_id=new_id)

    return open_store


@dataclass
class DatabaseClock(FakeClock):
    """A clock that stands still, and which the database goes by as well: it reads the time from a file."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._file = file
        self.advance(0)

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        # Whole at any moment: the database may be reading.
        written = self._file.with_suffix(".new")
        written.write_text(self.now().isoformat())
        written.rename(self._file)


@dataclass(frozen=True)
class BuildsDatabase:
    """A migrated database whose clock is a file. All tests of a session share it, one after another."""

    url: str
    clock_file: Path

    def clock(self) -> FakeClock:
        """A new one, which the database goes by from now on."""
        return DatabaseClock(self.clock_file)

    def clear(self, postgres: Postgres) -> None:
        postgres.execute(
            "TRUNCATE artifact_builds, loose_artifacts, build_events, checkpoints, shared_results, requests,"
            " outbox, undeliverable, builds, queue_turns, model_calls, spending_days, spending_by_model;"
            "UPDATE delivery SET owner = '', turn_ends = '-infinity'",
            database=self.url.rpartition("/")[2],
        )


@contextmanager
def builds_database_on(postgres: Postgres) -> Iterator[BuildsDatabase]:
    """A database of its own on this server."""
    name = postgres.create_database()
    assert 0 == migrate(postgres.url(name), service="generator")
    with tempfile.TemporaryDirectory() as folder:
        # The server may be another user's.
        Path(folder).chmod(0o755)
        file = Path(folder, "clock")
        postgres.execute(
            "CREATE FUNCTION clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql"
            f" AS $$ SELECT pg_read_file('{file}')::timestamptz $$",
            database=name,
        )
        postgres.execute(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
        yield BuildsDatabase(postgres.url(name), file)
    postgres.drop_database(name)
