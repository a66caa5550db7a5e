"""Every naughty string in every text field of every rpc: refused with a reason or taken, never a failure of ours."""

import asyncio
from collections import Counter

import grpc
import httpx
import pytest

from tests.batteries.asking import settled
from tests.batteries.battery import SEED, naughty_strings
from tests.batteries.product import Product
from tests.batteries.rpcs import SERVICES, TextField, call, text_fields

_SAMPLE = 4
_AT_ONCE = 8
_OURS = {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN, grpc.StatusCode.DATA_LOSS, grpc.StatusCode.UNAVAILABLE}

pytestmark = pytest.mark.xdist_group("batteries")


@pytest.mark.parametrize("service", SERVICES)
async def test_no_string_in_any_field_is_a_failure_of_ours(served: Product, http: httpx.AsyncClient, service: str):
    build = (await settled(http, {"prompt": "a control"}))["id"]
    fields = [each for each in text_fields() if each.service == service]
    asked = [(field, text) for field in fields for text in naughty_strings(_SAMPLE)]
    async with grpc.aio.insecure_channel(served.services[service].target) as channel:
        ends = await _ends(channel, asked, build=f"builds/{build}")
    failed = [(str(field), text, code) for field, text, code in ends if code in _OURS]
    seen = Counter(code.name for _, _, code in ends)

    assert [] == failed[:20], f"{len(failed)} in all, seed {SEED}"
    assert len(ends) == len(asked)
    assert seen["INVALID_ARGUMENT"], f"{seen}, seed {SEED}"


async def _ends(
    channel: grpc.aio.Channel, asked: list[tuple[TextField, str]], *, build: str
) -> list[tuple[TextField, str, grpc.StatusCode]]:
    ends = []
    waiting = iter(asked)

    async def go_on() -> None:
        for field, text in waiting:
            ends.append((field, text, await call(channel, field.method, field.request(text, build=build))))

    async with asyncio.TaskGroup() as group:
        for _ in range(_AT_ONCE):
            group.create_task(go_on())
    return ends
