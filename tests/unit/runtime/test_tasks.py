"""A task that is told to end does, however it takes being told."""

import asyncio

import pytest
from pcf_runtime import tasks


@pytest.mark.parametrize("swallowed", [0, 1, 3])
async def test_ends_a_task_that_lives_on_after_failures(swallowed):
    told = 0

    async def lives_on():
        nonlocal told
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                told += 1
                # As a call does whose own end the cancellation meets.
                if told > swallowed:
                    raise

    task = asyncio.create_task(lives_on())
    await asyncio.sleep(0)
    async with asyncio.timeout(20):
        await tasks.end(task)
    assert (swallowed + 1, True) == (told, task.cancelled())


async def test_a_task_that_has_ended_is_left_alone():
    task = asyncio.create_task(asyncio.sleep(0))
    await task
    await tasks.end(task)
    assert not task.cancelled()
