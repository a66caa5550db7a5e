"""A download by link, from the command line's client through the gateway and the generator to the bucket."""

import hashlib
from typing import Any

import httpx
from pcf_cli.client import connect
from pcf_cli.files import fetch
from pcf_gateway.bootstrap import running as gateway_running
from pcf_gateway.settings import GatewaySettings
from pcf_generator.bootstrap import running as generator_running
from pcf_generator.settings import GeneratorSettings


async def test_the_command_line_gets_the_whole_and_a_client_of_http_its_range(
    start_brain: Any, start_audit: Any, bucket_url: str, tmp_path: Any
):
    async with start_brain() as brain, start_audit() as (audit, log):
        settings = GeneratorSettings(
            port=0,
            metrics_port=0,
            database=tmp_path / "builds.db",
            brain_target=f"127.0.0.1:{brain}",
            audit_target=f"127.0.0.1:{audit}",
            artifacts_url=bucket_url,
            presign_s=60,
        )
        async with generator_running(settings) as generator:
            behind = {"brain_target": f"127.0.0.1:{brain}", "audit_target": f"127.0.0.1:{audit}"}
            target = f"127.0.0.1:{generator.port}"
            async with (
                gateway_running(GatewaySettings(port=0, metrics_port=0, generator_target=target, **behind)) as gateway,
                connect(f"http://127.0.0.1:{gateway.port}") as api,
                httpx.AsyncClient(base_url=api.url, trust_env=False) as http,
            ):
                build, _ = await api.create_build("I need a 5-star rating control", {})
                last = [event["type"] async for event in api.events(build["id"], after=0)][-1]
                result = (await api.build(build["id"]))["result"]
                assert result
                source, *_ = result["artifacts"]
                content = await fetch(api, source)
                moved = await http.get(source["href"])
                part = await http.get(source["href"], headers={"Range": "bytes=10-19"})
        told = [event.details for event in await log.events() if event.type == "artifact.downloaded"]
    assert ("succeeded", source["sha256"]) == (last, hashlib.sha256(content).hexdigest())
    assert 307 == moved.status_code
    assert source["sha256"] in moved.headers["Location"]
    assert (206, content[10:20]) == (part.status_code, part.content)
    assert ["link", "link", None] == [details.get("through") for details in told]
