"""What may be away is told, and readiness stays as it is."""

import asyncio

import pytest
from pcf_generator.ports.packing import ArtifactsUnavailable
from pcf_generator.tolerance import Tolerated


@pytest.fixture
def made():
    """A tolerated probe that comes to one outcome after another, and what was told of them."""

    def make(*outcomes, limit_s=20.0):
        left, told = list(outcomes), []

        async def probe():
            outcome = left.pop(0)
            if outcome == "hangs":
                await asyncio.Event().wait()
            if outcome is not None:
                raise outcome

        return Tolerated(probe, who="the artifact store", up=told.append, limit_s=limit_s), told

    return make


AWAY = ArtifactsUnavailable("s3://bucket is not reached")


async def test_each_change_is_told_once(made, caplog):
    caplog.set_level("INFO")
    tolerated, told = made(None, AWAY, AWAY, None, None)
    for _ in range(5):
        await tolerated()
    assert [True, False, False, True, True] == told
    assert ["working without", "back again"] == caplog.messages


async def test_silence_is_absence(made, caplog):
    tolerated, told = made("hangs", limit_s=0.01)
    await tolerated()
    assert [False] == told
    assert "no answer within 0.01 s" == getattr(caplog.records[0], "pcf.reason")


async def test_other_failures_are_not_tolerated(made):
    tolerated, told = made(PermissionError("the folder"))
    with pytest.raises(PermissionError):
        await tolerated()
    assert [] == told
