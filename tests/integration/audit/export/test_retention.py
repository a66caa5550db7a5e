"""`pcf-audit retain` drops a partition of PostgreSQL, and every proof, checkpoint and verification still holds."""

import asyncio
from argparse import Namespace
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from pcf_audit.__main__ import COMMANDS
from pcf_audit.adapters.clock import SystemClock
from pcf_audit.domain.reader import Reader
from pcf_audit.domain.selection import LAST, Filter
from pcf_audit.domain.tree import Head
from pcf_audit.errors import EventRetired
from pcf_audit.ledger import Ledger, Page
from pcf_audit.metrics import AuditMetrics
from pcf_audit.nodes import NodeHashes
from pcf_audit.opening import Log, open_log
from pcf_audit.prover import Prover
from pcf_audit.settings import AuditSettings
from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.merkle import range_nodes, verify_consistency, verify_inclusion
from pcf_runtime.starting import CannotStartError
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from tests.servers.postgres import Postgres
from tests.servers.s3 import S3

EVERYBODY = Reader("default", all_tenants=True)

pytestmark = pytest.mark.slow

DROPPED, SIZE = 65_536, 66_036
DATA = "log/000000000000-000000065536.jsonl.gz"
T = TypeVar("T")


def export(settings: AuditSettings) -> int:
    return COMMANDS["export"].run(settings, Namespace(rest=False))


def retain(settings: AuditSettings, **options: Any) -> int:
    given = {"older_than": 30, "without_export": False, "yes_lose_it": False, "dry_run": False, "actor": "operator"}
    return COMMANDS["retain"].run(settings, Namespace(**given | options))


def ask(settings: AuditSettings, question: Callable[[Log, Ledger], Awaitable[T]]) -> T:
    async def asked() -> T:
        clock = SystemClock()
        async with open_log(settings, clock=clock) as log:
            ledger = log.ledger(settings, clock=clock, metrics=AuditMetrics(CollectorRegistry()))
            try:
                return await question(log, ledger)
            finally:
                await ledger.close()

    return asyncio.run(asked())


async def heads(log: Log, _: Ledger) -> list[Head]:
    return list(await log.store.heads(after=0, limit=1_000))


async def newest(_: Log, ledger: Ledger) -> Page:
    return await ledger.page(Filter(), end=LAST, limit=2)


async def first_index(log: Log, _: Ledger) -> int:
    return await log.store.first_index()


def test_an_exported_partition_is_dropped_and_it_is_recorded(
    settings: AuditSettings, capsys: pytest.CaptureFixture[str]
):
    export(settings)
    capsys.readouterr()

    assert 0 == retain(settings)

    record = ask(settings, newest).entries[0].event
    assert "dropped the events 0 to 65535\nnothing else is older than 30 days and may go\n" == capsys.readouterr().out
    assert DROPPED == ask(settings, first_index)
    assert ("log.retired", "operator", "succeeded") == (record.type, record.actor, record.outcome.value)
    assert ("0", "65536", "yes") == tuple(record.details[name] for name in ("first_index", "end_index", "exported"))


async def root_at(log: Log, size: int) -> bytes:
    [root] = await NodeHashes(log.store).folded([range_nodes(0, size)])
    return root


def test_everything_still_holds_afterwards(settings: AuditSettings):
    before = ask(settings, heads)
    roots = {size: ask(settings, lambda log, _, size=size: root_at(log, size)) for size in (768, 5_120, DROPPED)}
    export(settings)
    retain(settings)

    async def holds(log: Log, ledger: Ledger) -> list[Head]:
        verdict = await ledger.verify()
        assert (DROPPED, SIZE + 1 - DROPPED, None) == (verdict.first_index, verdict.event_count, verdict.broken)
        prover = Prover(log.store)
        newest = await prover.checkpoint(0)
        for index in (DROPPED, DROPPED + 1, SIZE - 1, SIZE):
            proof = await prover.inclusion(index, size=0, reader=EVERYBODY)
            assert verify_inclusion(proof.leaf.hash, index, newest.size, proof.hashes, newest.root)
        for size, root in {**roots, before[-1].size: before[-1].root}.items():
            grown = await prover.consistency(size, newest.size)
            assert verify_consistency(size, root, newest.size, newest.root, grown.hashes)
        return [await prover.checkpoint(head.size) for head in before]

    assert before == ask(settings, holds)


def test_what_is_gone_is_said_to_be(settings: AuditSettings):
    export(settings)
    retain(settings)

    async def refused(log: Log, ledger: Ledger) -> list[str]:
        prover, said = Prover(log.store), []
        with pytest.raises(EventRetired) as inclusion:
            await prover.inclusion(7, size=0, reader=EVERYBODY)
        with pytest.raises(EventRetired):  # it takes hashes from inside a subtree of 256 events that is gone
            await prover.consistency(5_000, 0)
        with pytest.raises(EventRetired):
            _ = [chunk async for chunk in prover.contents(0, 0)]
        said.append(inclusion.value.metadata["first_index"])
        page = await ledger.page(Filter(), end=DROPPED + 1, limit=10)
        return [*said, *(str(entry.index) for entry in page.entries)]

    assert ["65536", "65536"] == ask(settings, refused)


def test_a_change_behind_what_was_dropped_is_still_found(settings: AuditSettings, postgres: Postgres, log_url: str):
    export(settings)
    retain(settings)
    database = log_url.rpartition("/")[2]
    postgres.execute(
        "ALTER TABLE audit_entries_from_65536 DISABLE TRIGGER ALL;"
        "UPDATE audit_entries_from_65536 SET content = replace(content, 'star', 'STAR') WHERE idx = 65600",
        database=database,
    )

    async def broken(_: Log, ledger: Ledger) -> int | None:
        verdict = await ledger.verify()
        return verdict.broken.index if verdict.broken else None

    assert 65_600 == ask(settings, broken)


def test_a_dry_run_changes_nothing(settings: AuditSettings, capsys: pytest.CaptureFixture[str]):
    export(settings)
    capsys.readouterr()

    assert 0 == retain(settings, dry_run=True)
    assert "would drop the events 0 to 65535\n" in capsys.readouterr().out
    assert 0 == ask(settings, first_index)
    assert SIZE == ask(settings, heads)[-1].size


def test_what_is_young_stays(settings: AuditSettings):
    assert 0 == retain(settings, older_than=20_000)
    assert 0 == ask(settings, first_index)


def test_again_drops_nothing(settings: AuditSettings):
    export(settings)
    retain(settings)

    assert 0 == retain(settings)
    assert (DROPPED, SIZE + 1) == (ask(settings, first_index), ask(settings, heads)[-1].size)


def test_what_is_not_exported_stays(settings: AuditSettings):
    with pytest.raises(CannotStartError, match=f"{DATA} is not in the archive with its checkpoint: export first"):
        retain(settings)

    assert 0 == ask(settings, first_index)


def test_what_cannot_be_read_back_stays(settings: AuditSettings, s3: S3, bucket_url: str):
    """In a bucket that locks nothing: in one that does, nobody could have done this."""
    unlocked = settings.model_copy(update={"export_url": bucket_url, "export_lock_days": 0})
    export(unlocked)
    bucket = BucketUrl.parse(bucket_url)
    at = {"Bucket": bucket.bucket, "Key": bucket.key(DATA)}
    body = s3.client.get_object(**at)["Body"].read()
    s3.client.put_object(**at, Body=body[:-100])

    with pytest.raises(CannotStartError, match="cannot be read back"):
        retain(unlocked)

    assert 0 == ask(settings, first_index)


def test_without_an_export_only_if_that_is_said_twice(settings: AuditSettings):
    away = settings.model_copy(update={"export_url": ""})
    with pytest.raises(CannotStartError, match="PCF_AUDIT_EXPORT_URL is not set"):
        retain(away)
    with pytest.raises(CannotStartError, match="--yes-lose-it"):
        retain(away, without_export=True)

    assert 0 == retain(away, without_export=True, yes_lose_it=True)
    assert "no" == ask(settings, newest).entries[0].event.details["exported"]
    assert DROPPED == ask(settings, first_index)


def test_what_was_changed_is_not_dropped_even_without_an_export(
    settings: AuditSettings, postgres: Postgres, log_url: str
):
    """A dropped partition would take the evidence with it."""
    postgres.execute(
        "ALTER TABLE audit_entries_from_0 DISABLE TRIGGER ALL;"
        "UPDATE audit_entries_from_0 SET content = replace(content, 'star', 'STAR') WHERE idx = 600",
        database=log_url.rpartition("/")[2],
    )

    with pytest.raises(CannotStartError, match="VerifyLog tells where"):
        retain(settings, without_export=True, yes_lose_it=True)

    assert 0 == ask(settings, first_index)


def test_the_services_own_login_can_drop_nothing(settings: AuditSettings, postgres: Postgres, log_url: str):
    postgres.execute("DO $$ BEGIN CREATE ROLE retention_test LOGIN PASSWORD 'let-me-in' IN ROLE pcf_audit; END $$")
    try:
        url = postgres.url(log_url.rpartition("/")[2], user="retention_test")
        with pytest.raises(CannotStartError, match="not that of the role which owns the tables"):
            retain(
                settings.model_copy(update={"owner_database_url": SecretStr(url)}),
                without_export=True,
                yes_lose_it=True,
            )
    finally:
        postgres.execute("DROP ROLE retention_test")

    page = ask(settings, newest)
    assert ["failed", "succeeded"] == [entry.event.outcome.value for entry in page.entries]
    assert 0 == ask(settings, first_index)


@pytest.mark.parametrize(
    ("options", "changes", "says"),
    [
        ({"older_than": 0}, {}, "--older-than takes a number of days, at least 1"),
        ({}, {"owner_database_url": SecretStr("")}, "PCF_AUDIT_OWNER_DATABASE_URL is not set"),
        ({}, {"owner_database_url": SecretStr("postgresql://x:y@127.0.0.1:1/z")}, "store does not answer"),
    ],
)
def test_wrong_usage_is_told(options: dict[str, Any], changes: dict[str, Any], says: str):
    with pytest.raises(CannotStartError, match=says):
        retain(AuditSettings(export_url="s3://x").model_copy(update=changes), **options)
