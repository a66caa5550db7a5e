"""What was deleted or overwritten in a bucket that keeps versions comes back."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.servers.processes import until
from tests.servers.s3 import S3, moto

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

pytestmark = pytest.mark.slow

_SCRIPT = Path(__file__).parents[3] / "deploy/recovery/undelete.py"


@pytest.fixture
def server() -> Iterator[S3]:
    with moto() as running:
        yield running


def test_all_is_as_it_was_at_that_moment(server: S3):
    s3, bucket = server.client, server.create_bucket()
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for name in ("kept", "deleted", "overwritten", "overwritten and deleted", "gone before"):
        s3.put_object(Bucket=bucket, Key=name, Body=b"first")
    s3.delete_object(Bucket=bucket, Key="gone before")
    moment = _another_second()
    s3.delete_object(Bucket=bucket, Key="deleted")
    for name in ("overwritten", "overwritten and deleted", "came later"):
        s3.put_object(Bucket=bucket, Key=name, Body=b"second")
    s3.delete_object(Bucket=bucket, Key="overwritten and deleted")
    damaged = _contents(s3, bucket)

    tried = _run(server, bucket, moment, "--dry-run")
    assert damaged == _contents(s3, bucket)
    said = _run(server, bucket, moment)

    whole = dict.fromkeys(("kept", "deleted", "overwritten", "overwritten and deleted"), b"first")
    assert {**whole, "came later": b"second"} == _contents(s3, bucket)
    assert "3 objects would be as they were" in tried
    assert "3 objects are as they were" in said


def test_a_moment_without_a_zone_is_refused(server: S3):
    with pytest.raises(subprocess.CalledProcessError) as refused:
        _run(server, "bucket", "2026-05-01T09:00:00")

    assert "--since needs a zone" in refused.value.stderr


def _another_second() -> str:
    """S3 tells times in seconds: what comes after is in another one."""
    before = datetime.now(UTC)
    until(lambda: datetime.now(UTC).replace(microsecond=0) > before, what="another second")
    moment = datetime.now(UTC)
    until(lambda: datetime.now(UTC).replace(microsecond=0) > moment, what="another second")
    return moment.isoformat()


def _contents(s3: "S3Client", bucket: str) -> dict[str, bytes]:
    names = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]
    return {name: s3.get_object(Bucket=bucket, Key=name)["Body"].read() for name in names}


def _run(server: S3, bucket: str, moment: str, *more: str) -> str:
    line = [sys.executable, str(_SCRIPT), bucket, "--since", moment, *more]
    variables = {"AWS_ENDPOINT_URL": server.endpoint, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    surroundings = {**variables, "AWS_DEFAULT_REGION": "us-east-1", "NO_PROXY": "127.0.0.1"}
    return subprocess.run(line, check=True, capture_output=True, text=True, timeout=60, env=surroundings).stdout
