"""The pages for orchestrators on the port of the measurements."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any

from pcf_runtime.health import Check, Readiness
from pcf_runtime.metrics import build_info, serve_metrics
from prometheus_client import CollectorRegistry


async def asked(port: int, page: str) -> tuple[int, str]:
    def ask() -> tuple[int, str]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"http://127.0.0.1:{port}{page}", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    return await asyncio.to_thread(ask)


def told(answer: tuple[int, str]) -> tuple[int, dict[str, Any]]:
    return answer[0], json.loads(answer[1])


async def test_the_pages_say_what_the_service_waits_for():
    there = False

    async def probe() -> None:
        if not there:
            raise ConnectionError("nobody there")

    readiness = Readiness([Check("store", probe)])
    registry = CollectorRegistry()
    build_info(registry, service="audit", version="1")
    async with serve_metrics(registry, host="127.0.0.1", port=0, readiness=readiness) as port:
        assert (200, {"status": "ok"}) == told(await asked(port, "/healthz"))
        await readiness.check_now()
        waiting = {"ready": False, "waiting_for": {"store": "nobody there"}, "away": {}}
        assert (503, waiting) == told(await asked(port, "/readyz"))
        there = True
        await readiness.check_now()
        assert (200, {"ready": True, "waiting_for": {}, "away": {}}) == told(await asked(port, "/readyz"))
        status, text = await asked(port, "/metrics")
        assert 200 == status
        assert "pcf_build_info" in text
        readiness.drain()
        assert 503 == (await asked(port, "/readyz"))[0]
        assert 200 == (await asked(port, "/healthz"))[0]
