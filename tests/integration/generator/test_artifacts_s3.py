"""Artifacts in real S3: the store by itself, then builds and downloads while it refuses, hangs and forgets."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_generator.__main__ import main
from pcf_generator.adapters.s3_artifacts import Keeping, S3Artifacts
from pcf_generator.adapters.s3_lifecycle import ExpiryRule
from pcf_generator.artifact_store import ArtifactGone
from pcf_runtime.errors import NotFound, Unavailable
from pcf_runtime.s3 import Bucket, BucketRefusedError, BucketUrl
from pcf_runtime.testing import expect_error

from tests.servers.s3 import READER, WRITER, Keys, using

# Two S3 servers, with faults that take their time.
pytestmark = pytest.mark.slow

PROMPT = "I need a 5-star rating control"
CONTENT = bytes(range(256)) * 5000  # more than one part
DAYS = 30


@pytest.fixture(params=["s3", "seaweed"])
def any_s3(request: pytest.FixtureRequest) -> Iterator[Any]:
    server = request.getfixturevalue(request.param)
    with using(WRITER):
        yield server


@pytest.fixture
async def bucket(any_s3: Any) -> AsyncIterator[Bucket]:
    with closing(Bucket(BucketUrl.parse(any_s3.url(any_s3.create_bucket(), prefix="some/prefix")))) as opened:
        yield opened


def store(bucket: Bucket, *, after: timedelta = timedelta()) -> S3Artifacts:
    """The artifacts as they are seen some time after now."""
    return S3Artifacts(bucket, keeping=Keeping(days=DAYS, link_s=60), clock=lambda: datetime.now(UTC) + after)


async def put(artifacts: S3Artifacts) -> Any:
    return await artifacts.put(kind="source", filename="a.zip", media_type="application/zip", content=CONTENT)


async def test_what_was_put_is_there_under_its_hash_and_is_read_in_any_range(bucket: Bucket):
    artifacts = store(bucket)
    artifact = await put(artifacts)
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert [f"sha256/{sha256[:2]}/{sha256}"] == await bucket.keys()
    assert (True, True) == (await artifacts.holds(artifact), await artifacts.lasts(artifact))
    for offset, limit in ((0, len(CONTENT)), (0, 1), (1_048_575, 2), (len(CONTENT) - 1, 9)):
        chunks = [chunk async for chunk in artifacts.read(artifact, offset=offset, limit=limit)]
        assert CONTENT[offset : offset + limit] == b"".join(chunks)


async def test_what_is_past_half_of_its_days_is_written_anew(bucket: Bucket):
    artifact = await put(store(bucket))
    later = store(bucket, after=timedelta(days=DAYS / 2 + 1))
    (key,) = await bucket.keys()
    before = await bucket.head(key)
    assert (True, False) == (await later.holds(artifact), await later.lasts(artifact))
    await put(store(bucket))
    assert before == await bucket.head(key), "it lasted, and stayed as it was"
    await put(later)
    after = await bucket.head(key)
    assert before
    assert after
    assert before.modified <= after.modified


async def test_what_expired_is_gone(bucket: Bucket):
    artifact = await put(store(bucket))
    for key in await bucket.keys():
        await bucket.delete(key)
    assert not await store(bucket).holds(artifact)
    with pytest.raises(ArtifactGone):
        [chunk async for chunk in store(bucket).read(artifact, offset=0, limit=10)]


async def test_a_link_serves_the_file_under_its_name_and_in_ranges(bucket: Bucket):
    link = await store(bucket).link(await put(store(bucket)))
    assert link
    async with httpx.AsyncClient(trust_env=False) as http:
        whole = await http.get(link.url)
        part = await http.get(link.url, headers={"Range": "bytes=5-9"})
    assert (200, CONTENT) == (whole.status_code, whole.content)
    assert whole.headers["content-disposition"] == 'attachment; filename="a.zip"'
    assert whole.headers["content-type"] == "application/zip"
    assert (206, CONTENT[5:10]) == (part.status_code, part.content)


async def test_a_link_is_to_this_file_alone(seaweed: Any):
    with using(WRITER), closing(Bucket(BucketUrl.parse(seaweed.url(seaweed.create_bucket())))) as bucket:
        link = await store(bucket).link(await put(store(bucket)))
        assert link
        (key,) = await bucket.keys()
        await bucket.put("other", b"secret")
    async with httpx.AsyncClient(trust_env=False) as http:
        forged = [link.url.replace(key, "other"), link.url.replace("a.zip", "a.exe"), link.url.partition("?")[0]]
        assert [403, 403, 403] == [(await http.get(url)).status_code for url in forged]


async def test_the_rule_of_expiry_is_ours_alone(s3: Any):
    bucket = Bucket(BucketUrl.parse(s3.url(s3.create_bucket(), prefix="some/prefix")))
    others = {"ID": "theirs", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 7}}
    s3.client.put_bucket_lifecycle_configuration(Bucket=bucket.url.bucket, LifecycleConfiguration={"Rules": [others]})
    told = []
    with closing(bucket):
        rule = ExpiryRule(bucket)
        for days in (30, 14, 0):
            told.append(await rule.days())
            await rule.set_days(days)
        told.append(await rule.days())
    assert [0, 30, 14, 0] == told
    left = s3.client.get_bucket_lifecycle_configuration(Bucket=bucket.url.bucket)["Rules"]
    assert [("theirs", 7)] == [(each["ID"], each["Expiration"]["Days"]) for each in left]


async def test_the_last_rule_goes_without_a_trace(s3: Any):
    with closing(Bucket(BucketUrl.parse(s3.url(s3.create_bucket())))) as bucket:
        rule = ExpiryRule(bucket)
        for days in (0, 30, 0, 0):
            await rule.set_days(days)
        assert 0 == await rule.days()


def test_the_command_sets_the_rule_and_says_what_the_instances_must_know(
    bucket_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PCF_GENERATOR_ARTIFACTS_URL", bucket_url)

    def run(*arguments: str) -> tuple[object, str, str]:
        monkeypatch.setattr("sys.argv", ["pcf-generator", "lifecycle", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return (ended.value.code, *capsys.readouterr())

    name, unknown = bucket_url.partition("?")[0], "The instances do not know: set PCF_GENERATOR_ARTIFACTS_DAYS=30"
    assert (0, f"{name} keeps artifacts for good.\n", "") == run()
    code, out, err = run("--days=30")
    assert (0, f"{name} keeps artifacts for 30 days.\n") == (code, out)
    assert err.startswith(unknown)
    assert 1 == run()[0]
    monkeypatch.setenv("PCF_GENERATOR_ARTIFACTS_DAYS", "30")
    assert (0, f"{name} keeps artifacts for 30 days.\n", "") == run()
    assert (0, f"{name} keeps artifacts for good.\n") == run("--days=0")[:2]


@pytest.mark.parametrize(
    ("keys", "bucket", "told"),
    [
        (Keys("NOBODY", "x"), None, "InvalidAccessKeyId"),
        (Keys(WRITER.access, "wrong"), None, "SignatureDoesNotMatch"),
        (WRITER, "no-such-bucket", "NoSuchBucket"),
        (READER, None, "AccessDenied"),
        (Keys("", ""), None, "there are no credentials for s3://.*: set AWS_ACCESS_KEY_ID"),
    ],
    ids=["key", "secret", "bucket", "rights", "none"],
)
async def test_what_can_never_work_stops_the_start_with_a_sentence(
    seaweed: Any, start_generator: Any, keys: Keys, bucket: str | None, told: str
):
    url = seaweed.url(bucket or seaweed.create_bucket())
    with using(keys), pytest.raises(BucketRefusedError, match=told):
        async with start_generator(brain=1, audit=1, artifacts_url=url):
            pass


@dataclass(frozen=True)
class Site:
    """Brain, audit log and a generator whose bucket is behind a proxy."""

    generator: Any
    log: Any
    proxy: Any
    s3: Any
    bucket: str


@pytest.fixture
def site(start_brain: Any, start_audit: Any, start_generator: Any, s3: Any, proxied: Any) -> Any:
    @asynccontextmanager
    async def start(*, before: str = "pass_", **settings: object) -> AsyncIterator[Site]:
        bucket = s3.create_bucket()
        async with proxied("127.0.0.1", s3.port) as proxy, start_brain() as brain, start_audit() as (audit, log):
            getattr(proxy, before)()
            url = s3.url(bucket, endpoint=f"http://127.0.0.1:{proxy.port}")
            async with start_generator(brain=brain, audit=audit, artifacts_url=url, **settings) as generator:
                yield Site(generator, log, proxy, s3, bucket)

    return start


async def reached(generator: Any, build: pb.Build, stage: pb.Stage.ValueType) -> None:
    """Return once the build has begun the stage."""
    async for event in generator.stub.WatchBuild(pb.WatchBuildRequest(name=build.name)):
        if event.stage == stage:
            return


async def test_a_build_s_files_are_in_the_bucket_and_come_from_there(site: Any):
    async with site() as at:
        build = await at.generator.settled(await at.generator.create(PROMPT))
        contents = [
            await at.generator.download(build, artifact.name.rsplit("/")[-1]) for artifact in build.result.artifacts
        ]
    told = {artifact.sha256 for artifact in build.result.artifacts}
    kept = at.s3.client.list_objects_v2(Bucket=at.bucket)["Contents"]
    assert told == {hashlib.sha256(content).hexdigest() for content in contents}
    keys = {each["Key"] for each in kept if each["Size"]}
    assert {f"sha256/{sha256[:2]}/{sha256}" for sha256 in told} == keys


async def test_with_links_a_download_is_an_address_and_the_audit_log_knows_first(site: Any):
    async with site(presign_s=60) as at:
        build = await at.generator.settled(await at.generator.create(PROMPT))
        request = pb.DownloadArtifactRequest(name=f"{build.name}/artifacts/source", accept_link=True)
        (only,) = [message async for message in at.generator.stub.DownloadArtifact(request)]
        async with httpx.AsyncClient(trust_env=False) as http:
            content = (await http.get(only.link.url)).content
        entries = await at.log.until(build, "artifact.downloaded")
        assert await at.generator.download(build, "source") == content
    assert only.artifact.sha256 == hashlib.sha256(content).hexdigest()
    assert "link" == entries[-1].details["through"]


@pytest.mark.parametrize("fault", ["refuse", "hang"])
async def test_a_build_waits_for_a_bucket_that_is_away_and_goes_on(
    site: Any, fault: str, caplog: pytest.LogCaptureFixture
):
    async with site() as at:
        getattr(at.proxy, fault)()
        build = await at.generator.create(PROMPT)
        await reached(at.generator, build, pb.STAGE_PACKAGE)
        async with asyncio.timeout(20):
            # What hangs goes on by itself, and need not be tried in vain.
            while fault == "refuse" and "build waits" not in caplog.messages:
                await at.generator.get(build)
        assert pb.Build.STATE_RUNNING == (await at.generator.get(build)).state
        at.proxy.pass_()
        settled = await at.generator.settled(build)
        types = [event.type for event in await at.log.until(build, "build.succeeded")]
    assert pb.Build.STATE_SUCCEEDED == settled.state
    assert 7 == types.count("stage.succeeded")


async def test_builds_under_way_while_the_bucket_comes_and_goes_all_succeed(site: Any):
    async with site() as at:
        builds = []
        for number, act in enumerate(["refuse", "pass_", "hang", "cut", "refuse", "pass_"]):
            getattr(at.proxy, act)()
            builds += [await at.generator.create(f"{PROMPT} named Stars{number}{letter}") for letter in "ABC"]
        settled = [await at.generator.settled(build) for build in builds]
    assert [pb.Build.STATE_SUCCEEDED] * 18 == [build.state for build in settled]


async def test_a_bucket_that_stays_away_fails_the_build_and_a_resumption_loses_nothing(site: Any):
    async with site(before="refuse", build_limit_s=2.0, stage_limit_s=2.0) as at:
        failed = await at.generator.settled(await at.generator.create(PROMPT))
        at.proxy.pass_()
        await at.generator.stub.ResumeBuild(pb.ResumeBuildRequest(name=failed.name))
        settled = await at.generator.settled(failed)
        types = [event.type for event in await at.log.until(failed, "build.succeeded")]
    assert (pb.Build.STATE_FAILED, "PCF-SYS-001", pb.STAGE_PACKAGE) == (failed.state, failed.problem.code, failed.stage)
    assert "resume" in failed.problem.suggestion
    assert (pb.Build.STATE_SUCCEEDED, 7) == (settled.state, types.count("stage.succeeded"))


async def test_without_the_bucket_everything_but_files_is_served(site: Any):
    async with site() as at:
        build = await at.generator.settled(await at.generator.create(PROMPT))
        at.proxy.refuse()
        with expect_error(Unavailable, reason="ARTIFACTS_UNAVAILABLE") as refused:
            await at.generator.download(build, "source")
        listed = await at.generator.stub.ListBuilds(pb.ListBuildsRequest())
        at.proxy.pass_()
        assert await at.generator.download(build, "source")
    assert [build.name] == [each.name for each in listed.builds]
    assert refused.error.retry_after_s > 0


async def test_a_file_that_expired_is_gone_until_the_same_prompt_is_built_again(site: Any):
    async with site() as at:
        first = await at.generator.settled(await at.generator.create(PROMPT))
        for each in at.s3.client.list_objects_v2(Bucket=at.bucket)["Contents"]:
            at.s3.client.delete_object(Bucket=at.bucket, Key=each["Key"])
        with expect_error(NotFound, reason="ARTIFACT_GONE"):
            await at.generator.download(first, "source")
        await at.generator.settled(await at.generator.create(PROMPT))
        content = await at.generator.download(first, "source")
    assert first.result.artifacts[0].sha256 == hashlib.sha256(content).hexdigest()
