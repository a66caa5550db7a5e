"""A change of regions on a real primary and its real standby."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pcf_ops.change import Change, RefusedError, StepFailedError, Steps
from pcf_ops.configuration import Configuration
from pcf_ops.database import Database, DatabaseFailedError
from pcf_ops.record import FileFollowed

from tests.servers.postgres import Postgres, postgres

pytestmark = pytest.mark.slow


class Pair:
    """Two databases, the record, and what was told and asked."""

    def __init__(self, folder: Path, one: Postgres, two: Postgres) -> None:
        self.one, self.two = one, two
        self.said: list[str] = []
        self.notified: list[str] = []
        self.wrong = ""
        self.record = FileFollowed(folder / "record")
        self.record.write("one")
        for name, database in (("one", one), ("two", two)):
            (folder / name).write_text(database.url())
        regions = {
            name: {"url": "http://127.0.0.1:9", "target": name, "database": folder / name} for name in ("one", "two")
        }
        told = {"home": "one", "replication": "synchronous", "record": {"file": {"path": folder / "record"}}}
        self.told = Configuration.model_validate({**told, "regions": regions})

    async def change(self, to: str, *, planned: bool = False, patience_s: float = 60.0) -> None:
        steps = Steps(self.said.append, self._verify, self._notify)
        await Change(self.told, self.record, steps, to, planned=planned, catch_up_s=patience_s).run()

    async def _verify(self, url: str) -> str:
        self.said.append(f"verified {url}")
        return self.wrong

    async def _notify(self, message: str) -> str:
        self.notified.append(message)
        return ""


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    with postgres() as one:
        one.execute("CREATE TABLE kept (id int)")
        with one.standby() as two:
            yield Pair(tmp_path, one, two)


async def test_when_a_region_is_lost_the_other_takes_over_with_all_that_was_acknowledged(pair: Pair):
    pair.one.execute("INSERT INTO kept VALUES (1)")
    pair.one.kill()

    await pair.change("two")

    pair.two.execute("INSERT INTO kept VALUES (2)")
    assert "1\n2" == pair.two.execute("SELECT id FROM kept ORDER BY 1")
    assert "two" == pair.record.read()
    assert ["PCF Builder runs in two now (one is lost)"] == [each.split(", after")[0] for each in pair.notified]


async def test_nobody_takes_over_from_a_region_that_is_well(pair: Pair):
    with pytest.raises(RefusedError, match="split brain"):
        await pair.change("two")

    assert ("one", []) == (pair.record.read(), pair.notified)
    assert "t" == pair.two.execute("SELECT pg_is_in_recovery()")


async def test_a_database_that_answers_with_a_refusal_is_not_lost(pair: Pair, tmp_path: Path):
    (tmp_path / "one").write_text(pair.one.url(password="another"))

    with pytest.raises(DatabaseFailedError, match="refuses the user or its password"):
        await pair.change("two")

    assert "t" == pair.two.execute("SELECT pg_is_in_recovery()")


async def test_a_planned_change_loses_nothing_and_leaves_the_other_unable_to_write(pair: Pair):
    pair.one.execute("INSERT INTO kept VALUES (1)")

    await pair.change("two", planned=True)

    assert "1" == pair.two.execute("SELECT id FROM kept")
    pair.two.execute("INSERT INTO kept VALUES (2)")
    look = await Database(pair.told.regions["one"].database).look()
    assert look is not None
    assert look.held
    assert not look.writes


async def test_run_again_it_goes_on_where_it_ended(pair: Pair):
    pair.one.kill()
    pair.wrong = "it is not there"
    with pytest.raises(StepFailedError, match="it is not there"):
        await pair.change("two")

    pair.wrong = ""
    await pair.change("two")

    assert "the database of two takes writes already" in pair.said
    assert 1 == len(pair.notified)


async def test_a_standby_that_cannot_catch_up_leaves_all_as_it_was(pair: Pair):
    pair.two.execute("SELECT pg_wal_replay_pause()")
    pair.one.execute("SET synchronous_commit = local; INSERT INTO kept SELECT generate_series(1, 1000)")

    with pytest.raises(StepFailedError, match="did not catch up"):
        await pair.change("two", planned=True, patience_s=1.0)

    assert "takes writes again" in pair.said[-1]
    pair.one.execute("SET synchronous_commit = local; INSERT INTO kept VALUES (0)")
    assert "one" == pair.record.read()


@pytest.mark.parametrize("content", [None, "", "https://elsewhere"])
async def test_a_database_that_cannot_be_asked_for_is_not_taken_for_lost(tmp_path: Path, content: str | None):
    file = tmp_path / "url"
    if content is not None:
        file.write_text(content)

    with pytest.raises(DatabaseFailedError, match=str(file)):
        await Database(file).look()
