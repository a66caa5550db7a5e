"""Sitting out a store that is away."""

import pytest
from pcf_generator.build_store import StoreUnavailable
from pcf_generator.endurance import Endurance
from pcf_generator.ports.journal import LeaseLost


def failing(*faults, then="stored"):
    left = list(faults)

    async def attempt():
        if left:
            raise left.pop(0)
        return then

    return attempt


async def test_what_the_store_s_absence_stopped_is_repeated_until_it_is_back(caplog):
    away = [StoreUnavailable("ConnectionRefusedError") for _ in range(20)]
    assert "stored" == await Endurance(limit_s=60, retry_s=0)(failing(*away))
    assert ["build waits"] == caplog.messages


async def test_a_store_that_stays_away_is_given_up():
    away = [StoreUnavailable("ConnectionRefusedError") for _ in range(3)]
    with pytest.raises(StoreUnavailable):
        await Endurance(limit_s=0.5, retry_s=1.0)(failing(*away))


@pytest.mark.parametrize("fault", [LeaseLost("x"), ValueError("a fault of ours")])
async def test_nothing_else_is_repeated(fault):
    with pytest.raises(type(fault)):
        await Endurance(limit_s=60, retry_s=0)(failing(fault))
