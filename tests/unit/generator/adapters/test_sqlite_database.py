"""The SQLite file: transactions, migrations, and what may go wrong with it."""

import asyncio
import json
import sqlite3
import threading
from contextlib import closing

import pytest
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.adapters.sqlite.migrations import DatabaseTooNew, Migration, migrate, shipped
from pcf_generator.build_store import StoreUnavailable

INSERT = "INSERT INTO shared_results (input_hash, content) VALUES ('{}', 'x')"


async def write(database, *statements):
    def run(connection):
        for statement in statements:
            connection.execute(statement)

    await database.write(run)


async def test_a_transaction_that_fails_halfway_leaves_nothing(database, query):
    with pytest.raises(sqlite3.IntegrityError):
        await write(database, INSERT.format("a"), INSERT.format("a"))
    assert [] == query("SELECT * FROM shared_results")
    await write(database, INSERT.format("b"))
    assert [("b",)] == query("SELECT input_hash FROM shared_results")


async def test_whatever_ends_a_transaction_its_writes_are_undone(database, query):
    def interrupted(connection):
        connection.execute(INSERT.format("a"))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await database.write(interrupted)
    assert [] == query("SELECT * FROM shared_results")


async def test_a_commit_that_fails_does_not_block_the_next_transaction(database, query):
    """A reference is checked at the commit here, which then leaves the transaction open."""
    late = "PRAGMA defer_foreign_keys = ON"
    orphan = "INSERT INTO checkpoints VALUES ('none', 'stage', 'hash', '{}', '')"
    with pytest.raises(sqlite3.IntegrityError):
        await write(database, late, orphan)
    await write(database, INSERT.format("a"))
    assert [("a",)] == query("SELECT input_hash FROM shared_results")


async def test_a_transaction_that_has_begun_is_finished_although_its_caller_is_gone(database, query):
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection):
        connection.execute(INSERT.format("a"))
        begun.set()
        go_on.wait(10)

    caller = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    caller.cancel()
    await asyncio.wait({caller})
    go_on.set()
    await database.write(lambda connection: None)
    assert [("a",)] == query("SELECT input_hash FROM shared_results")


async def test_a_file_that_another_process_holds_makes_the_store_unavailable_for_that_time(database, path):
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="SQLITE_BUSY"):
            await write(database, INSERT.format("a"))
        other.execute("COMMIT")
    await write(database, INSERT.format("a"))


async def test_a_read_waits_for_no_write_and_sees_what_was_committed(database):
    begun, go_on = threading.Event(), threading.Event()

    def slow(connection):
        connection.execute(INSERT.format("a"))
        begun.set()
        go_on.wait(10)

    def found(connection):
        return [tuple(row) for row in connection.execute("SELECT input_hash FROM shared_results")]

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(begun.wait, 10)
    assert [] == await database.read(found)
    go_on.set()
    await writing
    assert [("a",)] == await database.read(found)


async def test_what_only_reads_cannot_write(database):
    with pytest.raises(StoreUnavailable, match="SQLITE_READONLY"):
        await database.read(lambda connection: connection.execute(INSERT.format("a")))


async def test_a_full_disk_makes_the_store_unavailable_for_that_time(database, query):
    await write(database, "PRAGMA max_page_count = 1")
    large = f"INSERT INTO shared_results (input_hash, content) VALUES ('a', '{'x' * 1_000_000}')"
    with pytest.raises(StoreUnavailable, match="SQLITE_FULL"):
        await write(database, large)
    await write(database, "PRAGMA max_page_count = 100000")
    await write(database, large)
    assert [(1,)] == query("SELECT count(*) FROM shared_results")


async def test_a_fault_of_ours_is_not_passed_off_as_a_store_that_is_away(database):
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        await database.read(lambda connection: connection.execute("SELECT * FROM none"))


async def test_a_new_file_is_made_with_its_folder_and_all_migrations(tmp_path):
    database = await Database.open(tmp_path / "new" / "folder" / "builds.db")
    version = await database.read(lambda connection: connection.execute("PRAGMA user_version").fetchone()[0])
    await database.close()
    assert shipped()[-1].number == version


async def test_opening_again_keeps_what_is_there_and_migrates_no_more(path, query):
    for name in ("a", "b"):
        database = await Database.open(path)
        await write(database, INSERT.format(name))
        await database.close()
    assert [("a",), ("b",)] == query("SELECT input_hash FROM shared_results ORDER BY input_hash")


async def test_instances_that_start_at_once_migrate_once(path):
    opened = await asyncio.gather(*(Database.open(path) for _ in range(4)))
    for database in opened:
        await database.close()


async def test_a_database_of_an_older_version_gets_what_is_missing(path, query):
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, shipped()[:1])
        old.execute(INSERT.format("kept"))
    await (await Database.open(path)).close()
    assert [("kept",)] == query("SELECT input_hash FROM shared_results")
    assert [] == query("SELECT * FROM undeliverable")
    assert [(shipped()[-1].number,)] == query("PRAGMA user_version")


async def test_files_of_builds_that_ended_under_an_older_version_are_found(path, query):
    result = json.dumps({"artifacts": [{"kind": "source", "sha256": "5e"}, {"kind": "report", "sha256": "ab"}]})
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        migrate(old, shipped()[:3])
        for name, made in (("a", result), ("b", None)):
            old.execute(
                "INSERT INTO builds (id, actor, request_id, prompt, options, state, answers, result, brain_release,"
                " last_sequence, claims, create_time, update_time)"
                " VALUES (?, '', '', '', '{}', 'succeeded', '[]', ?, '', 1, 0, '', '')",
                (name, made),
            )
    await (await Database.open(path)).close()
    assert [("5e", "a"), ("ab", "a")] == query("SELECT sha256, build_id FROM artifact_builds")


async def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(path, query):
    await (await Database.open(path)).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as newer:
        newer.execute("PRAGMA user_version = 4711")
    with pytest.raises(DatabaseTooNew, match=r"schema 4711.*up to"):
        await Database.open(path)
    # SQLite removes this file with the last connection.
    assert not path.with_name("builds.db-wal").exists()
    assert [(4711,)] == query("PRAGMA user_version")


async def test_a_migration_that_fails_leaves_the_schema_as_it_was(path, query):
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, [Migration(1, "CREATE TABLE a (b TEXT);\nCREATE TABLE a (b TEXT);\n")])
        connection.execute("ROLLBACK")
    assert [(0,)] == query("PRAGMA user_version")
    assert [] == query("SELECT * FROM sqlite_schema")


def test_migrations_are_numbered_without_a_gap_and_end_with_a_whole_statement():
    assert list(range(1, len(shipped()) + 1)) == [migration.number for migration in shipped()]
    for migration in shipped():
        assert migration.sql == "".join(migration.statements())


async def test_a_file_that_is_no_database_is_refused(path):
    path.write_bytes(b"something else entirely " * 100)
    with pytest.raises(sqlite3.DatabaseError, match="not a database"):
        await Database.open(path)
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith("sqlite")]:
        thread.join(10)
        assert not thread.is_alive()
