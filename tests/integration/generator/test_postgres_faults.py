"""What may be wrong with a database: each told in a sentence, and what may pass is waited out."""

import asyncio
import sys
from datetime import UTC, datetime

import pytest
from pcf_generator.adapters.postgres.notices import NoticeTimes
from pcf_generator.build_store import Request, StoreUnavailable
from pcf_generator.desk import Desk
from pcf_generator.domain.build import BuildOptions, BuildState
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import TrailEntry
from pcf_generator.ports.journal import Checkpoint, StageDone
from pcf_runtime.ids import new_ulid
from pcf_runtime.postgres.commands import migrate
from pcf_runtime.postgres.faults import DatabaseUnusableError

from tests.servers.postgres import postgres as running_postgres
from tests.unit.generator.doubles.admissions import letting_in

QUICK = NoticeTimes(beat_s=0.05, answer_s=1.0, retry_s=0.01)
NOBODY = Request("", "", "maker", "trace")
WAITING = "FROM pg_stat_activity WHERE wait_event = 'SyncRep'"
DONE = StageDone(Stage.INTERPRET, Checkpoint("hash", "{}"), 0.1, "Done.", (), shared=True)


def name_of(url):
    return url.rpartition("/")[2].partition("?")[0]


async def create(store, request=NOBODY):
    desk = Desk(store, None, clock=lambda: datetime.now(UTC), new_id=new_ulid, admission=letting_in(100))
    return await desk.create("5 stars", BuildOptions(), request)


async def until_ready(store):
    async with asyncio.timeout(20):
        while True:
            try:
                return await store.ping()
            except StoreUnavailable:
                await asyncio.sleep(0.01)


async def until_one_waits(server):
    """Until a commit waits for a standby."""
    async with asyncio.timeout(20):
        while not int(await asyncio.to_thread(server.execute, f"SELECT count(*) {WAITING}")):
            pass


async def unready(store):
    """Why the store says it is not ready."""
    with pytest.raises(StoreUnavailable) as why:
        await store.ping()
    return str(why.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://localhost/builds", "must be like postgresql://"),
        ("postgresql://owner:let-me-in@127.0.0.1:{port}/nowhere", "there is no such database"),
        ("postgresql://owner:wrong@127.0.0.1:{port}/postgres", "refuses the user or its password"),
        ("postgresql://nobody:let-me-in@127.0.0.1:{port}/postgres", "refuses the user or its password"),
    ],
    ids=["no URL of PostgreSQL", "no such database", "wrong password", "no such user"],
)
async def test_what_no_waiting_mends_is_refused_at_the_start(open_store, postgres, url, sentence):
    with pytest.raises(DatabaseUnusableError, match=sentence) as refused:
        async with open_store(url.format(port=postgres.port)):
            pass
    assert "let-me-in" not in str(refused.value)
    assert "wrong@" not in str(refused.value)


async def test_a_process_refuses_a_wrong_password_with_one_clear_line(postgres, tmp_path):
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pcf_generator"),
        env={"PCF_GENERATOR_DATABASE_URL": postgres.url(password="wrong"), "PCF_GENERATOR_PORT": "0"},
        stderr=asyncio.subprocess.PIPE,
        cwd=tmp_path,
    )
    async with asyncio.timeout(20):
        _, told = await child.communicate()
    assert 1 == child.returncode
    assert "the database refuses the user or its password." in told.decode()
    assert "Traceback" not in told.decode()


async def test_a_database_that_is_away_at_the_start_is_waited_for(open_store, proxied, postgres, builds_url):
    async with proxied("127.0.0.1", postgres.port) as proxy:
        proxy.refuse()
        url = builds_url.replace(f":{postgres.port}/", f":{proxy.port}/")
        async with open_store(url, times=QUICK) as store:
            assert "Connect" in await unready(store)
            with pytest.raises(StoreUnavailable):
                await create(store)
            proxy.pass_()
            await until_ready(store)
            assert BuildState.QUEUED is (await create(store)).state


async def test_a_write_whose_answer_was_lost_happens_once_when_it_is_repeated(
    open_store, proxied, postgres, builds_url
):
    """Cut at every moment there is: before, within and after the transaction."""
    outcomes = set()
    async with proxied("127.0.0.1", postgres.port) as proxy:
        url = builds_url.replace(f":{postgres.port}/", f":{proxy.port}/")
        async with open_store(url, times=QUICK) as store, open_store(builds_url) as direct:
            for step in range(40):
                request = Request(f"request {step}", "same", "maker", "trace")
                making = asyncio.create_task(create(store, request))
                await asyncio.wait({making}, timeout=step / 4_000)
                proxy.cut()
                await asyncio.wait({making})
                outcomes.add(type(making.exception()))
                await until_ready(store)
                again = await create(store, request)
                assert again == await create(direct, request)
            assert 40 == len(await direct.list(tenant="default", limit=100, before="", state=None))
            assert 40 == len(await direct.undelivered(limit=100))
    assert {StoreUnavailable, type(None)} == outcomes | {type(None)}


async def test_a_host_that_hangs_makes_the_store_unavailable_and_comes_back(open_store, proxied, postgres, builds_url):
    async with proxied("127.0.0.1", postgres.port) as proxy:
        url = builds_url.replace(f":{postgres.port}/", f":{proxy.port}/")
        async with open_store(url, times=QUICK) as store:
            build = await create(store)
            proxy.hang()
            asking = asyncio.create_task(store.get(build.id, tenant="default"))
            await asyncio.wait({asking}, timeout=0.2)
            assert not asking.done()
            proxy.cut()
            with pytest.raises(StoreUnavailable):
                await asking
            await until_ready(store)
            assert build == await store.get(build.id, tenant="default")


async def test_a_database_that_takes_no_writes_is_not_ready_and_loses_nothing(open_store, postgres, builds_url):
    """As operators set it, or a guard against a full disk."""
    async with open_store(f"{builds_url}?target_session_attrs=any") as store:
        build = await create(store)
        postgres.execute(f"ALTER DATABASE {name_of(builds_url)} SET default_transaction_read_only = on")
    async with open_store(f"{builds_url}?target_session_attrs=any") as store:
        assert "takes no writes" in await unready(store)
        with pytest.raises(StoreUnavailable, match="ReadOnlySQLTransaction"):
            await store.claim("one", lease_s=30)
        assert build == await store.get(build.id, tenant="default")
    async with open_store(builds_url) as store:
        # Looking for a host that takes writes, it finds none.
        assert await unready(store)


async def test_a_standby_is_not_ready_until_it_is_promoted(open_store, builds_url, postgres):
    with postgres.standby(synchronous=False) as standby:
        async with open_store(standby.url(name_of(builds_url)), times=QUICK) as store:
            assert await unready(store)
            standby.promote()
            await until_ready(store)
            assert BuildState.QUEUED is (await create(store)).state


@pytest.mark.slow
async def test_on_a_standby_of_another_region_reads_are_answered_and_writes_refused(open_store, builds_url, postgres):
    async with open_store(builds_url) as store:
        build = await create(store)
    with postgres.standby() as standby:
        url = f"{standby.url(name_of(builds_url))}?target_session_attrs=any"
        async with open_store(url, reads_suffice=True, times=QUICK) as store:
            await store.ping()
            assert build == await store.get(build.id, tenant="default")
            with pytest.raises(StoreUnavailable, match="ReadOnlySQLTransaction"):
                await create(store)
            standby.promote()
            assert BuildState.QUEUED is (await create(store)).state


@pytest.mark.slow
async def test_what_only_the_primary_has_is_not_accepted_for_who_repeats(open_store):
    """The wait for a standby that is away was given up: the build is there, and a failover would lose it."""
    asked = Request(new_ulid(), "as this", "maker", "trace")
    with running_postgres() as server:
        url = server.url(server.create_database())
        assert 0 == await asyncio.to_thread(migrate, url, service="generator")
        async with open_store(url, times=QUICK) as store:
            await store.ping()
            server.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            server.execute("SELECT pg_reload_conf()")
            first = asyncio.create_task(create(store, asked))
            await until_one_waits(server)
            server.execute(f"SELECT pg_terminate_backend(pid) {WAITING}")
            with pytest.raises(StoreUnavailable):
                await first
            repeated = asyncio.create_task(create(store, asked))
            await until_one_waits(server)
            assert not repeated.done()
            server.execute("ALTER SYSTEM RESET synchronous_standby_names")
            server.execute("SELECT pg_reload_conf()")
            assert BuildState.QUEUED is (await repeated).state


async def test_a_full_disk_makes_the_store_unavailable_for_that_time(open_store, postgres, builds_url):
    """The server's own error, raised where it would be: a real full disk takes the whole server down with it."""
    name = name_of(builds_url)
    postgres.execute(
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " RAISE disk_full USING MESSAGE = 'could not extend file'; END $$;"
        "CREATE TRIGGER full_disk BEFORE INSERT ON checkpoints EXECUTE FUNCTION full_disk()",
        database=name,
    )
    async with open_store(builds_url) as store:
        build = await create(store)
        lease = await store.claim("one", lease_s=30)
        with pytest.raises(StoreUnavailable, match="DiskFullError: could not extend file"):
            await store.stage_done(lease, DONE, then=Stage.MATCH)
        assert lease.build == await store.get(build.id, tenant="default")
        postgres.execute("DROP TRIGGER full_disk ON checkpoints", database=name)
        await store.stage_done(lease, DONE, then=Stage.MATCH)
        assert Stage.MATCH is (await store.get(build.id, tenant="default")).stage


async def test_a_schema_that_is_too_old_is_told_and_used_as_soon_as_it_is_migrated(open_store, database_url):
    async with open_store(database_url) as store:
        assert "run `pcf-generator migrate`" in await unready(store)
        with pytest.raises(StoreUnavailable, match="lacks 0001_builds"):
            await store.claim("one", lease_s=30)
        assert 0 == await asyncio.to_thread(migrate, database_url, service="generator")
        assert await store.claim("one", lease_s=30) is None


async def test_a_schema_that_is_too_new_stops_a_running_instance(open_store, builds_url, postgres):
    newer = (
        "INSERT INTO generator_migrations (version, name, sha256, oldest_reader) VALUES (4711, '4711_new.sql', '', {})"
    )
    async with open_store(builds_url) as store:
        await create(store)
        postgres.execute(newer.format(1), database=name_of(builds_url))
        await store.ping()  # this version can still work with it
        postgres.execute(
            "UPDATE generator_migrations SET oldest_reader = 4711 WHERE version = 4711", database=name_of(builds_url)
        )
        assert "4711_new.sql, which this version cannot work with" in await unready(store)
        with pytest.raises(StoreUnavailable, match="4711_new"):
            await store.claim("one", lease_s=30)


async def test_a_member_of_the_group_role_can_run_builds_and_nothing_else(open_store, builds_url, postgres):
    user = f"generator_{new_ulid().lower()}"
    postgres.execute(f"CREATE ROLE {user} LOGIN PASSWORD 'secret' IN ROLE pcf_generator")
    url = postgres.url(name_of(builds_url), user=user, password="secret")
    async with open_store(url) as store:
        await store.ping()
        build = await create(store, Request("r1", "same", "maker", "trace"))
        lease = await store.claim("one", lease_s=30)
        await store.begin(lease, "releases/0123456789abcdef")
        for done in (DONE, DONE):
            await store.stage_done(lease, done, then=Stage.MATCH)
        await store.hand_back(lease, message="Stopping.")
        assert await store.take_delivery("one", turn_s=1)
        for event in await store.undelivered(limit=10):
            await store.set_aside(event.event_id, reason="x")
        await store.leave_delivery("one")
        assert BuildState.QUEUED is (await store.get(build.id, tenant="default")).state
    for statement in ("DELETE FROM builds", "UPDATE build_events SET message = ''", "DROP TABLE outbox"):
        with pytest.raises(Exception, match=r"permission denied|must be owner"):
            postgres.execute(f"SET ROLE {user}; {statement}", database=name_of(builds_url))
    postgres.execute(f"DROP ROLE {user}")


async def test_a_right_that_was_taken_is_told_and_used_again_once_it_is_back(open_store, builds_url, postgres):
    user = f"generator_{new_ulid().lower()}"
    postgres.execute(f"CREATE ROLE {user} LOGIN PASSWORD 'secret' IN ROLE pcf_generator")
    async with open_store(postgres.url(name_of(builds_url), user=user, password="secret")) as store:
        postgres.execute("REVOKE UPDATE ON builds FROM pcf_generator", database=name_of(builds_url))
        with pytest.raises(StoreUnavailable, match="lacks a right: permission denied for table builds"):
            await store.claim("one", lease_s=30)
        postgres.execute("GRANT UPDATE ON builds TO pcf_generator", database=name_of(builds_url))
        assert await store.claim("one", lease_s=30) is None
    postgres.execute(f"DROP ROLE {user}")


async def test_a_user_without_the_group_role_is_told_so(open_store, builds_url, postgres):
    user = f"stranger_{new_ulid().lower()}"
    postgres.execute(f"CREATE ROLE {user} LOGIN PASSWORD 'secret'")
    async with open_store(postgres.url(name_of(builds_url), user=user, password="secret")) as store:
        assert "member of pcf_generator" in await unready(store)
    postgres.execute(f"DROP ROLE {user}")


async def test_a_character_that_postgresql_cannot_hold_is_replaced_where_it_must_be(open_store, builds_url):
    """NUL, in whatever its callers call themselves; options are kept as they are."""
    options = BuildOptions(display_name="a\0b")
    async with open_store(builds_url) as store:
        desk = Desk(store, None, clock=lambda: datetime.now(UTC), new_id=new_ulid, admission=letting_in(100))
        build = await desk.create("5 stars", options, Request("", "", "ma\0ker", "trace"))
        stored = await store.get(build.id, tenant="default")
        await store.record(build.id, TrailEntry("artifact.downloaded"), Request("", "", "rea\0der", "trace"))
        entry = (await store.undelivered(limit=10))[-1]
    assert ("ma\ufffdker", options, "rea\ufffdder") == (stored.actor, stored.options, entry.actor)
