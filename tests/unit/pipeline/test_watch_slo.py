"""A deployment is watched: what burns or pages takes it back, and so does not knowing."""

from collections.abc import Iterable, Mapping, Sequence

import httpx
import pytest

from deploy.monitoring.prometheus.slo import SLOS
from deploy.pipeline.watch_slo import FACTOR, Prometheus, budget, watch

IDLE = {slo.name: "0" for slo in SLOS}
FIRST = SLOS[0]


class Answering:
    """Prometheus' answers, one set after the other, the last again and again; and a clock that only pauses move."""

    def __init__(self, *looks: Mapping[str, str] | None, pages: Sequence[str] = ()) -> None:
        self._looks = list(looks)
        self._pages = pages
        self.now = 0.0
        self.said: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        if "ALERTS" in request.url.params["query"]:
            return _vector(({"alertname": name}, "1") for name in self._pages)
        ratios = self._looks.pop(0) if len(self._looks) > 1 else self._looks[0]
        if ratios is None:
            return httpx.Response(503)
        return _vector(({"slo": name}, value) for name, value in ratios.items())

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def watch(self, *, seconds: float = 60.0) -> int:
        transport = httpx.MockTransport(self.answer)
        with httpx.Client(base_url="http://prometheus.example", transport=transport) as http:
            return watch(
                Prometheus(http),
                seconds=seconds,
                every_s=15.0,
                clock=lambda: self.now,
                pause=self.pause,
                say=self.said.append,
            )


def _vector(series: Iterable[tuple[Mapping[str, str], str]]) -> httpx.Response:
    result = [{"metric": metric, "value": [1.0, value]} for metric, value in series]
    return httpx.Response(200, json={"status": "success", "data": {"resultType": "vector", "result": result}})


def _burning(factor: float) -> dict[str, str]:
    return {**IDLE, FIRST.name: str(factor * budget(FIRST))}


def test_kept_promises_are_watched_to_the_end():
    prometheus = Answering(IDLE)

    assert 0 == prometheus.watch(seconds=60)
    assert (60.0, "all promises kept for 60 s") == (prometheus.now, prometheus.said[-1])


@pytest.mark.parametrize("slo", [each.name for each in SLOS])
def test_each_promise_that_burns_takes_it_back_at_once(slo: str):
    prometheus = Answering(IDLE, {**IDLE, slo: "1"})

    assert (1, 15.0) == (prometheus.watch(), prometheus.now)
    assert f"TAKE IT BACK: {slo} burns" in prometheus.said[-1]


def test_the_limit_is_that_of_the_page():
    assert 0 == Answering(_burning(FACTOR - 0.1)).watch()
    assert 1 == Answering(_burning(FACTOR + 0.1)).watch()


def test_a_page_takes_it_back():
    prometheus = Answering(IDLE, pages=["ServiceDown"])

    assert (1, "TAKE IT BACK: ServiceDown pages") == (prometheus.watch(), prometheus.said[-1])


def test_promises_that_nobody_asks_of_are_kept():
    prometheus = Answering({**IDLE, FIRST.name: "NaN"})

    assert (0, True) == (prometheus.watch(), f"{FIRST.name} idle" in prometheus.said[0])


def test_a_prometheus_that_is_away_for_a_moment_is_waited_for():
    assert 0 == Answering(None, None, IDLE).watch()


def test_it_does_not_end_well_on_an_unanswered_question():
    assert 2 == Answering(IDLE, None).watch(seconds=15)


def test_a_prometheus_that_stays_away_takes_it_back():
    prometheus = Answering(None)

    assert (2, "TAKE IT BACK: nobody can say that all is well") == (prometheus.watch(), prometheus.said[-1])


def test_a_promise_that_nothing_is_known_of_takes_it_back():
    known = {name: value for name, value in IDLE.items() if name != FIRST.name}
    prometheus = Answering(known)

    assert (2, True) == (prometheus.watch(), f"knows nothing of {FIRST.name}" in prometheus.said[0])
