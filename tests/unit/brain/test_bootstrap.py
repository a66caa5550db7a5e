import asyncio
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from pcf.brain.v1 import brain_pb2, brain_pb2_grpc
from pcf_brain.bootstrap import Running, running
from pcf_brain.settings import BrainSettings
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import Unavailable
from pcf_runtime.testing import expect_error

Edit = Callable[[str, str, str], None]


def _settings(folder: Path, **others: object) -> BrainSettings:
    return BrainSettings(folder=folder, port=0, metrics_port=0, drain_grace_s=2, **others)


@asynccontextmanager
async def _client(brain: Running) -> AsyncIterator[Any]:
    async with open_channel(f"127.0.0.1:{brain.port}", service_config=service_config("pcf.brain.v1")) as channel:
        yield brain_pb2_grpc.BrainServiceStub(channel)


async def test_it_serves_the_folder(brain: Path):
    async with running(_settings(brain)) as service, _client(service) as client:
        release = await client.GetRelease(brain_pb2.GetReleaseRequest(name="releases/current"))
        assert release.version == "1.2.3"


async def test_it_tells_its_metrics(brain: Path):
    async with running(_settings(brain)) as service:
        url = f"http://127.0.0.1:{service.metrics_port}/metrics"
        text = await asyncio.to_thread(lambda: urllib.request.urlopen(url).read().decode())
    for name in ("pcf_build_info", "pcf_rpc_started_total", "pcf_brain_routed_tasks_total"):
        assert f"{name}{{" in text


async def test_a_broken_folder_is_not_served_and_put_right_is_served_without_a_restart(brain: Path, edit: Edit):
    edit("release.yaml", 'version: "1.2.3"', "version: 1")
    settings = _settings(brain, poll_interval_s=0.01)
    async with running(settings) as service, _client(service) as client:
        request = brain_pb2.GetReleaseRequest(name="releases/current")
        with expect_error(Unavailable):
            await client.GetRelease(request)
        edit("release.yaml", "version: 1", "version: '2'")
        release = await client.GetRelease(request, wait_for_ready=True)
        assert release.version == "2"


async def test_a_changed_folder_is_streamed_to_watchers(brain: Path, edit: Edit):
    settings = _settings(brain, poll_interval_s=0.01)
    async with running(settings) as service, _client(service) as client:
        watch = client.WatchRelease(brain_pb2.WatchReleaseRequest())
        seen = [(await anext(aiter(watch))).version]
        edit("release.yaml", "1.2.3", "1.2.4")
        seen.append((await anext(aiter(watch))).version)
        assert seen == ["1.2.3", "1.2.4"]
        watch.cancel()


async def test_it_leaves_at_once_although_somebody_watches(brain: Path):
    """A stream without an end must not hold up the drain for its whole grace."""
    async with AsyncExitStack() as clients:
        async with running(_settings(brain)) as service:
            client = await clients.enter_async_context(_client(service))
            watch = client.WatchRelease(brain_pb2.WatchReleaseRequest())
            await anext(aiter(watch))
            rest = asyncio.ensure_future(_drained(watch))
            began = asyncio.get_running_loop().time()
        assert asyncio.get_running_loop().time() - began < 1
        assert await rest == "ended"


async def _drained(watch: Any) -> str:
    async for _ in watch:
        return "another release"
    return "ended"


async def test_the_first_request_after_a_start_comes_from_the_cache(brain: Path):
    async with running(_settings(brain)) as service, _client(service) as client:
        request = brain_pb2.RouteTaskRequest(task=brain_pb2.TASK_RENDER_CONTROL, capability_id="lamp")
        assert [True, True] == [file.cache_hit for file in (await client.RouteTask(request)).files]


async def test_a_folder_that_nobody_signed_is_not_served_where_a_signature_is_asked_for(press: Any, brain: Path):
    settings = _settings(brain, release_key=press.signer.verifier.text)
    async with running(settings) as service, _client(service) as client:
        with expect_error(Unavailable):
            await client.GetRelease(brain_pb2.GetReleaseRequest(name="releases/current"))


async def test_published_releases_are_served_and_followed(press: Any, brain: Path, edit: Edit):
    press.point(press.release(brain))
    settings = _settings(
        brain, bucket_url=str(press.root), release_key=press.signer.verifier.text, poll_interval_s=0.01
    )
    async with running(settings) as service, _client(service) as client:
        watch = client.WatchRelease(brain_pb2.WatchReleaseRequest())
        seen = [(await anext(aiter(watch))).version]
        edit("release.yaml", "1.2.3", "1.2.4")
        press.point(press.release(brain), sequence=2)
        seen.append((await anext(aiter(watch))).version)
        assert seen == ["1.2.3", "1.2.4"]
        watch.cancel()


def test_a_folder_in_development_brings_none_of_what_buckets_need():
    """Four services in one process are to start quickly, and small."""
    code = (
        "import sys, pcf_brain.bootstrap, pcf_brain.stores, pcf_brain.__main__\n"
        "from pcf_brain.settings import BrainSettings\n"
        "BrainSettings().problems()\n"
        "print(sorted({'boto3', 'redis', 'cryptography'} & sys.modules.keys()))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"


async def test_two_can_run_in_one_process(brain: Path):
    async with running(_settings(brain)) as one, running(_settings(brain)) as other:
        assert one.port != other.port
