"""Readiness."""

import asyncio

import pytest
from pcf_runtime.health import Check, Readiness


class Dependency:
    """Fails with `error` while it has one; takes for ever if it is to hang."""

    def __init__(self, error: Exception | None = None, *, hang: bool = False) -> None:
        self.error = error
        self.hang = hang
        self.asked = 0
        self.asked_twice = asyncio.Event()

    async def probe(self) -> None:
        self.asked += 1
        if self.asked >= 2:
            self.asked_twice.set()
        if self.hang:
            await asyncio.Event().wait()
        if self.error is not None:
            raise self.error


def readiness_of(interval_s: float = 60.0, **dependencies: Dependency):
    checks = [Check(name, dependency.probe) for name, dependency in dependencies.items()]
    return Readiness(checks, interval_s=interval_s)


def test_without_checks_a_service_is_ready():
    assert Readiness().ready


def test_before_the_first_round_it_waits_for_everything():
    readiness = readiness_of(database=Dependency())
    assert not readiness.ready
    assert readiness.waiting_for == {"database": "not asked yet"}


async def test_it_tells_what_it_waits_for_and_why():
    readiness = readiness_of(database=Dependency(ConnectionError("refused")), brain=Dependency())
    await readiness.check_now()
    assert not readiness.ready
    assert readiness.waiting_for == {"database": "refused"}


async def test_an_error_without_words_is_told_by_its_kind():
    readiness = readiness_of(database=Dependency(ConnectionResetError()))
    await readiness.check_now()
    assert readiness.waiting_for == {"database": "ConnectionResetError"}


async def test_it_recovers():
    database = Dependency(ConnectionError("refused"))
    readiness = readiness_of(database=database)
    await readiness.check_now()
    database.error = None
    await readiness.check_now()
    assert readiness.ready


async def test_what_is_needed_once_takes_nobody_out_later():
    brain = Dependency(ConnectionError("refused"))
    readiness = Readiness([Check("brain", brain.probe, once=True)])
    await readiness.check_now()
    assert (readiness.ready, readiness.away) == (False, {})
    brain.error = None
    await readiness.check_now()
    assert (readiness.ready, readiness.away) == (True, {})
    brain.error = ConnectionError("gone")
    await readiness.check_now()
    assert (readiness.ready, readiness.waiting_for, readiness.away) == (True, {}, {"brain": "gone"})


async def test_a_probe_that_hangs_is_given_up():
    readiness = readiness_of(interval_s=0.1, database=Dependency(hang=True))
    await readiness.check_now()
    assert readiness.waiting_for == {"database": "no answer within 0.09 s"}


async def test_it_asks_again_and_again_until_stopped():
    database = Dependency()
    readiness = readiness_of(interval_s=0.01, database=database)
    await readiness.start()
    await readiness.start()
    await asyncio.wait_for(database.asked_twice.wait(), 5)
    await readiness.stop()
    await readiness.stop()
    assert readiness.ready


async def test_starting_waits_for_a_quick_first_round():
    readiness = readiness_of(database=Dependency())
    await readiness.start()
    assert readiness.ready
    await readiness.stop()


async def test_a_slow_dependency_holds_up_no_start():
    readiness = readiness_of(database=Dependency(hang=True))
    await asyncio.wait_for(readiness.start(), 5)
    assert not readiness.ready
    await readiness.stop()


@pytest.mark.parametrize("error", [None, ConnectionError("refused")])
async def test_listeners_hear_the_result_of_each_round(error: Exception | None):
    heard = []

    async def listen(ready: bool) -> None:
        heard.append(ready)

    readiness = readiness_of(database=Dependency(error))
    readiness.notify(listen)
    await readiness.check_now()
    assert heard == [error is None]


async def test_a_draining_service_is_not_ready_whatever_the_checks_say():
    readiness = readiness_of(database=Dependency())
    readiness.drain()
    await readiness.check_now()
    assert not readiness.ready
    assert list(readiness.waiting_for) == ["draining"]
    assert readiness.draining.is_set()
