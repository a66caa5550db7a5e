"""A build is followed to its end, however often the connection ends before it."""

from typing import Any

import pytest
from pcf_cli.client import connect
from pcf_cli.exits import Refused, Unreachable
from pcf_cli.following import follow


class Told:
    """A progress that remembers."""

    def __init__(self) -> None:
        self.sequences: list[int] = []
        self.said: list[str] = []

    def say(self, sentence: str) -> None:
        self.said.append(sentence)

    def happened(self, event: Any) -> None:
        self.sequences.append(event["sequence"])

    def running(self) -> Any:
        raise NotImplementedError


async def at_once(seconds: float) -> None:
    pass


async def followed(gateway: Any, told: Told, **more: Any) -> Any:
    async with connect(gateway.url) as api:
        return await follow(api, gateway.build_id, told, pause=at_once, **more)


async def test_every_event_is_told_once_and_the_build_returned(gateway: Any):
    gateway.will_build()
    told = Told()

    build = await followed(gateway, told)

    assert "succeeded" == build["state"]
    assert [1, 2, 3] == told.sequences


async def test_a_stream_that_ends_early_is_resumed_behind_its_last_event(gateway: Any):
    first = gateway.stream(gateway.event(1, "created"), gateway.event(2, "stage-started"))
    broken = gateway.stream(gateway.event(2, "stage-started"), cut=True)
    gateway.will_build(first, broken, gateway.raw(b"", status=204), gateway.stream(gateway.event(3, "succeeded")))
    running = gateway.json(gateway.build("running"))
    gateway.on("GET", "/v1/builds/{id}", running, running, gateway.json(gateway.build("succeeded")))
    told = Told()

    await followed(gateway, told)

    asked = gateway.requests("GET", "/v1/builds/{id}/events")
    assert ["0", "2", "2", "2"] == [each.headers["last-event-id"] for each in asked]
    assert [1, 2, 3] == told.sequences


async def test_a_server_that_restarts_is_waited_for_and_that_is_said_once(gateway: Any):
    away = gateway.problem(503, "UNAVAILABLE")
    ended = gateway.stream(gateway.event(1, "created"), gateway.event(3, "succeeded"))
    gateway.will_build(away, away, ended)
    told = Told()

    assert "succeeded" == (await followed(gateway, told))["state"]
    assert [f"The server at {gateway.url} went away; looking for it again."] == told.said


async def test_a_server_that_stays_away_is_given_up(gateway: Any):
    gateway.will_build(gateway.problem(503, "UNAVAILABLE"))

    with pytest.raises(Unreachable):
        await followed(gateway, Told(), patience=3)

    assert 3 == len(gateway.requests("GET", "/v1/builds/{id}/events"))


async def test_an_unknown_build_is_no_reason_to_wait(gateway: Any):
    with pytest.raises(Refused):
        await followed(gateway, Told())


@pytest.mark.parametrize("state", ["succeeded", "failed", "cancelled", "needs_input"])
async def test_every_settled_state_is_an_end(gateway: Any, state: str):
    gateway.will_build(settled=gateway.build(state))

    assert state == (await followed(gateway, Told()))["state"]
