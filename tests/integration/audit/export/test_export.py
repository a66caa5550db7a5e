"""`pcf-audit export` from PostgreSQL to S3, and what it wrote judged by `pcf-builder audit verify` alone."""

import asyncio
import gzip
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pcf_audit.__main__ import COMMANDS
from pcf_audit.adapters.clock import SystemClock
from pcf_audit.domain.event import Event, Outcome
from pcf_audit.export.exporter import Exporter
from pcf_audit.export.metrics import ExportMetrics
from pcf_audit.export.opening import exports, open_archive
from pcf_audit.metrics import AuditMetrics
from pcf_audit.opening import open_log
from pcf_audit.settings import AuditSettings
from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.starting import CannotStartError
from prometheus_client import CollectorRegistry

from tests.servers.s3 import S3

# Each writes months of a log and reads them back.
pytestmark = pytest.mark.slow

Objects = Any
WHOLE = "log/000000000000-000000065536"
REST = "log/000000065536-000000066036"


@pytest.fixture
def objects(s3: S3, settings: AuditSettings):
    """The bucket's objects by name, below the prefix."""
    bucket = BucketUrl.parse(settings.export_url)

    def listed() -> dict[str, bytes]:
        keys = [each["Key"] for each in s3.client.list_objects_v2(Bucket=bucket.bucket).get("Contents", ())]
        got = {key: s3.client.get_object(Bucket=bucket.bucket, Key=key)["Body"].read() for key in keys}
        return {key.removeprefix(f"{bucket.prefix}/"): body for key, body in got.items()}

    return listed


def export(settings: AuditSettings, *, rest: bool = False) -> int:
    return COMMANDS["export"].run(settings, Namespace(rest=rest))


def test_what_is_exported_holds_without_the_log(
    settings: AuditSettings, objects: Objects, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert 0 == export(settings, rest=True)

    found = objects()
    names = [f"{part}.{kind}" for part in (WHOLE, REST) for kind in ("checkpoint", "jsonl.gz", "proof.json")]
    assert names == sorted(found)
    for name, body in found.items():
        (tmp_path / Path(name).name).write_bytes(body)
    files = [part for name in (WHOLE, REST) for part in ("--file", str(tmp_path / f"{Path(name).name}.jsonl.gz"))]
    command = (sys.executable, "-m", "pcf_cli", "audit", "verify", "--key", key)
    both = subprocess.run((*command, *files), capture_output=True, text=True, check=False)
    last = subprocess.run((*command, *files[2:]), capture_output=True, text=True, check=False)
    assert (0, 0) == (both.returncode, last.returncode), both.stdout + last.stdout
    assert "Entries:         0 to 66,035" in both.stdout
    assert f"exported {WHOLE}.jsonl.gz" in capsys.readouterr().out


def test_again_writes_nothing(settings: AuditSettings, objects: Objects, capsys: pytest.CaptureFixture[str]):
    export(settings)
    capsys.readouterr()

    assert 0 == export(settings)
    assert "everything that was due is exported\n" == capsys.readouterr().out
    assert 3 == len(objects())


def test_what_is_exported_cannot_be_deleted(settings: AuditSettings, s3: S3):
    export(settings)
    bucket = BucketUrl.parse(settings.export_url)

    versions = s3.client.list_object_versions(Bucket=bucket.bucket)["Versions"]
    assert 3 == len(versions)
    for version in versions:
        at = {"Bucket": bucket.bucket, "Key": version["Key"], "VersionId": version["VersionId"]}
        assert "COMPLIANCE" == s3.client.head_object(**at)["ObjectLockMode"]
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.client.delete_object(**at)


def test_nothing_personal_leaves_unsealed(settings: AuditSettings, objects: Objects):
    """What `append` stores is sealed before the store sees it; an export is what the store has."""
    asyncio.run(_append_personal(settings))
    export(settings, rest=True)

    data = gzip.decompress(objects()["log/000000065536-000000066037.jsonl.gz"])
    assert b"prompt" in data
    assert b"secret wish" not in data
    assert b"maker@example.com" not in data


async def _append_personal(settings: AuditSettings) -> None:
    clock = SystemClock()
    async with open_log(settings, clock=clock) as log:
        ledger = log.ledger(settings, clock=clock, metrics=AuditMetrics(CollectorRegistry()))
        event = Event(
            "9" * 26, "build.created", 0, "maker@example.com", Outcome.SUCCEEDED, personal={"prompt": "secret wish"}
        )
        await ledger.append([event])
        await ledger.close()


async def test_two_instances_at_once_do_no_harm(settings: AuditSettings, objects: Objects):
    async def one() -> int:
        clock = SystemClock()
        async with open_log(settings, clock=clock) as log, open_archive(settings, clock=clock) as archive:
            exporter = Exporter(log.store, archive, notary=log.notary, metrics=ExportMetrics(CollectorRegistry()))
            return len(await exporter.run(rest=True))

    assert [2, 2] == await asyncio.gather(one(), one())
    assert 6 == len(await asyncio.to_thread(objects))


async def test_the_service_exports_by_itself(settings: AuditSettings, objects: Objects):
    registry, clock = CollectorRegistry(), SystemClock()
    async with (
        asyncio.timeout(30),
        open_log(settings, clock=clock) as log,
        exports(log, settings, clock=clock, registry=registry),
    ):
        while registry.get_sample_value("pcf_audit_exported_events") != 65_536:  # noqa: ASYNC110 - it is looked at from outside
            await asyncio.sleep(0.01)

    assert 3 == len(await asyncio.to_thread(objects))
    assert 0 == registry.get_sample_value("pcf_audit_export_failures_total")


def test_a_bucket_without_object_lock_is_refused_in_words(settings: AuditSettings, bucket_url: str):
    with pytest.raises(CannotStartError, match="has no object lock, so exports could be deleted: switch it on"):
        export(settings.model_copy(update={"export_url": bucket_url}))


def test_a_bucket_without_object_lock_will_do_if_that_is_said(settings: AuditSettings, bucket_url: str):
    assert 0 == export(settings.model_copy(update={"export_url": bucket_url, "export_lock_days": 0}))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda url: "", "PCF_AUDIT_EXPORT_URL is not set"),
        (lambda url: "https://x", "PCF_AUDIT_EXPORT_URL cannot be used: a bucket is written as"),
        (lambda url: url.replace("test-", "none-"), "NoSuchBucket"),
        (lambda url: "s3://test-x?endpoint=http://127.0.0.1:1&region=us-east-1", "is not reached"),
    ],
)
def test_what_is_wrong_with_the_bucket_is_said(settings: AuditSettings, change: Any, says: str):
    with pytest.raises(CannotStartError, match=says):
        export(settings.model_copy(update={"export_url": change(settings.export_url)}))
