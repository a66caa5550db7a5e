"""slowhttptest in all its modes: slow headers, slow bodies, slow reads and thousands of ranges."""

import asyncio
import shutil
from typing import Any

import httpx
import pytest

from tests.edge.attacks.vitals import under_attack

_LENGTH_S = 12
_CONNECTIONS = 2_000
_COMMON = ("-c", str(_CONNECTIONS), "-r", "500", "-l", str(_LENGTH_S), "-p", "5", "-i", "2")
_ACCEPTED = "http.secure.downstream_cx_total"
MODES = {
    "slow headers": ("-H", "-x", "24"),
    "slow bodies": ("-B", "-s", "60000", "-x", "10", "-f", "application/json"),
    "slow reads": ("-X", "-w", "256", "-y", "512", "-n", "2", "-z", "8", "-k", "3"),
    "ranges": ("-R", "-t", "GET", "-a", "10", "-b", "2000"),
}


@pytest.mark.parametrize("mode", MODES)
async def test_slow_clients_cost_the_others_nothing(stack: Any, browser: httpx.Client, mode: str):
    program = shutil.which("slowhttptest")
    assert program, "slowhttptest is needed: apt-get install slowhttptest"
    before = stack.edge.counted(_ACCEPTED)
    url = f"{stack.edge.url}{_path(browser, mode)}"
    async with under_attack(stack, mode) as watched:
        attack = await asyncio.create_subprocess_exec(
            program, *MODES[mode], *_COMMON, "-u", url, stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(_LENGTH_S * 5):
            await attack.wait()

    assert watched.good.success >= 0.95, watched.good
    # Ranges are answered as soon as they are asked for, and then that attack ends.
    assert stack.edge.counted(_ACCEPTED) - before > _CONNECTIONS / 10, "there was no attack"
    assert watched.recovered, f"{watched.before}\n{watched.after}"


def _path(browser: httpx.Client, mode: str) -> str:
    """What costs most: the largest of the open pages, or a file of a build."""
    if mode == "slow reads":
        return "/openapi.json"
    if mode != "ranges":
        return "/v1/builds"
    build = browser.post("/v1/builds", json={"prompt": "a green progress bar up to 200"}).json()["id"]
    browser.get(f"/v1/builds/{build}/events")
    return f"/v1/builds/{build}/artifacts/source"
