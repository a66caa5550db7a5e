"""Builds deleted from a real PostgreSQL by real processes, one of which is killed; files deleted from a real bucket."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf_audit import bootstrap as audit
from pcf_audit.settings import AuditSettings
from pcf_generator.adapters.audit_client import AuditDelivery
from pcf_generator.adapters.s3_artifacts import Keeping, S3Artifacts
from pcf_generator.adapters.s3_removal import S3Removal
from pcf_generator.adapters.sqlite.build_store import SqliteBuildStore
from pcf_generator.adapters.sqlite.clearing import SqliteDeletions
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.build_store import Request
from pcf_generator.clearing import Scope
from pcf_generator.domain.build import Build, BuildOptions, BuildState
from pcf_generator.metrics import PipelineMetrics
from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.ids import new_ulid
from pcf_runtime.postgres.commands import migrate
from pcf_runtime.s3 import Bucket
from prometheus_client import CollectorRegistry

BUILDS = 3_000
FILL = f"""
INSERT INTO builds (id, actor, request_id, tenant, prompt, options, state, answers, brain_release, last_sequence,
  claims, create_time, update_time, end_time)
SELECT lpad(n::text, 26, '0'), 'ann', '', CASE n % 3 WHEN 0 THEN 'fabrikam' ELSE 'contoso' END, 'p', '{{}}',
  'succeeded', '[]', '', 1, 1, now() - interval '40 days', now() - interval '40 days', now()
FROM generate_series(1, {BUILDS}) AS n;
INSERT INTO build_events SELECT id, 1, now(), 'created', 'queued', NULL, 'm', NULL FROM builds;
INSERT INTO requests SELECT 'r' || id, 'f', id FROM builds;
"""


@pytest.fixture
def database(postgres) -> Iterator[str]:
    name = postgres.create_database()
    assert 0 == migrate(postgres.url(name), service="generator")
    postgres.execute(FILL, database=name)
    yield name
    postgres.drop_database(name)


def command(url: str, folder, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PCF_")},
        "PCF_GENERATOR_OWNER_DATABASE_URL": url,
        "PCF_GENERATOR_ARTIFACTS": str(folder),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "pcf_generator", *arguments], env=environment, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [("erase-tenant", "contoso"), ("retain", "--older-than", "30", "--tenant", "contoso")]
)
def test_killed_on_the_way_it_finishes_when_it_runs_again(postgres, database, tmp_path, arguments):
    def count(what: str) -> int:
        return int(postgres.execute(f"SELECT {what}", database=database))

    process = command(postgres.url(database), tmp_path, *arguments, "--yes", "--actor", "ann")
    assert "so far" in process.stdout.readline()
    process.kill()
    process.communicate()
    left = count("count(*) FROM builds WHERE tenant = 'contoso'")
    assert 0 < left < BUILDS * 2 // 3

    again = command(postgres.url(database), tmp_path, *arguments, "--yes", "--actor", "ann")
    output, _ = again.communicate(timeout=60)
    assert 0 == again.returncode, output
    assert f"deleted {left} builds" in output
    assert 0 == count("count(*) FROM builds WHERE tenant = 'contoso'")
    assert (BUILDS // 3,) * 3 == tuple(
        count(f"count(*) FROM {table}") for table in ("builds", "build_events", "requests")
    )
    told = postgres.execute("SELECT entry ->> 'details' FROM outbox ORDER BY position", database=database).splitlines()
    assert BUILDS * 2 // 3 == sum(int(json.loads(line).get("builds", 0)) for line in told)


@pytest.mark.parametrize("table", ["builds", "requests", "checkpoints", "shared_results", "loose_artifacts"])
def test_the_service_itself_cannot_delete(postgres, database, table):
    right = f"SELECT has_table_privilege('pcf_generator', '{table}', 'DELETE')"
    assert "f" == postgres.execute(right, database=database)


async def test_files_of_a_bucket_are_put_aside_brought_back_and_dropped(bucket_url):
    bucket = Bucket(BucketUrl.parse(bucket_url))
    store, files = S3Artifacts(bucket, keeping=Keeping(), clock=lambda: datetime.now(UTC)), S3Removal(bucket)
    artifact = await store.put(kind="source", filename="a.zip", media_type="application/zip", content=b"abc")
    for _ in range(2):
        await files.put_aside(artifact.sha256)
        assert not await store.holds(artifact)
    for _ in range(2):
        await files.bring_back(artifact.sha256)
        assert await store.holds(artifact)
    await files.put_aside(artifact.sha256)
    await files.drop(artifact.sha256)
    await files.drop(artifact.sha256)
    assert [] == await bucket.keys()
    bucket.close()


async def test_the_audit_log_takes_what_it_is_told(tmp_path):
    """An entry about no build at all, of the operators' tenant."""
    database = await Database.open(tmp_path / "builds.db")
    store = SqliteBuildStore(database, clock=lambda: datetime.now(UTC), new_id=new_ulid)
    now = datetime.now(UTC)
    build = Build(new_ulid(), "p", BuildOptions(), "ann", BuildState.QUEUED, now, now, tenant="contoso")
    await store.create(build, Request("", "", "ann", tenant="contoso"), queue_limit=10)
    deletions = SqliteDeletions(database, actor="ann", clock=lambda: datetime.now(UTC), new_id=new_ulid)
    await deletions.clear(Scope("contoso"), limit=10)
    settings = AuditSettings(port=0, metrics_port=0, database=tmp_path / "audit.db")
    async with audit.running(settings) as log:
        channel = open_channel(f"127.0.0.1:{log.port}", service_config=service_config("pcf.audit.v1"))
        metrics = PipelineMetrics(CollectorRegistry())
        delivery = AuditDelivery(store, channel, owner="one", observer=metrics)
        await delivery.start()
        await delivery.stop()
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        found = await stub.ListEvents(audit_pb2.ListEventsRequest())
        await channel.close()
    assert 0 == await store.outbox_depth()
    assert [] == await database.read(lambda opened: opened.execute("SELECT * FROM undeliverable").fetchall())
    (event,) = [each for each in found.events if each.type == "builds.erased"]
    assert ({"tenant": "contoso", "builds": "1", "events": "1"}, "") == (dict(event.details), event.build)
    await database.close()
