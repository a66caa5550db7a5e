"""`make watch-slo`: after a deployment, watches how fast the promises' budgets burn, and whether anything pages.

Exit codes: 0 all kept, 1 something burns or pages, 2 Prometheus does not answer, or knows nothing of the promises: then
nobody can say that all is well, and a deployment is taken back too.
"""

import argparse
import math
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from deploy.monitoring.prometheus.slo import SLOS, Slo

WINDOW: Final = "5m"
FACTOR: Final = 14.4
"""Of the page that wakes people; they wait for the hour's window too, which a deployment cannot."""
_PAGES: Final = 'count by (alertname) (ALERTS{alertstate="firing",severity="page"})'
_TIMEOUT_S: Final = 10.0
_PATIENCE: Final = 4
"""So many times in a row Prometheus may not answer."""


class Unknown(Exception):  # noqa: N818 - what became of the question
    """Prometheus does not say."""


@dataclass(frozen=True, slots=True)
class Look:
    """What Prometheus said at one time."""

    burns: Mapping[str, float]
    """By promise, how many times too fast its budget is used up; NaN where nobody asked anything."""
    pages: Sequence[str]

    @property
    def wrong(self) -> list[str]:
        told = [f"{name} burns {burn:.1f} times too fast" for name, burn in self.burns.items() if burn > FACTOR]
        return [*told, *(f"{name} pages" for name in self.pages)]


class Prometheus:
    """Answers queries."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http

    def look(self) -> Look:
        """Raises Unknown."""
        ratios = {
            each["metric"].get("slo"): float(each["value"][1])
            for each in self._ask(f"max by (slo) (slo:errors:ratio_rate{WINDOW})")
        }
        if missing := [each.name for each in SLOS if each.name not in ratios]:
            raise Unknown(f"knows nothing of {', '.join(missing)}: are its rules loaded, and is anything scraped?")
        burns = {each.name: ratios[each.name] / budget(each) for each in SLOS}
        return Look(burns, sorted(each["metric"]["alertname"] for each in self._ask(_PAGES)))

    def _ask(self, query: str) -> Any:
        try:
            answer = self._http.get("/api/v1/query", params={"query": query})
            answer.raise_for_status()
            return answer.json()["data"]["result"]
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise Unknown(f"does not answer: {type(error).__name__}: {error}") from error


def budget(slo: Slo) -> float:
    """The share of errors that is allowed."""
    return 1 - slo.objective


def watch(
    prometheus: Prometheus,
    *,
    seconds: float,
    every_s: float,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
    say: Callable[[str], None] = print,
) -> int:
    """Looks until the time is over, or something is wrong; the exit code."""
    ends_at = clock() + seconds
    unanswered = 0
    while True:
        try:
            seen = prometheus.look()
            unanswered = 0
            say(_line(seen))
            if wrong := seen.wrong:
                say(f"TAKE IT BACK: {'; '.join(wrong)}")
                return 1
        except Unknown as error:
            unanswered += 1
            say(f"Prometheus {error}")
            if unanswered >= _PATIENCE:
                say("TAKE IT BACK: nobody can say that all is well")
                return 2
        left_s = ends_at - clock()
        if left_s <= 0 and not unanswered:
            say(f"all promises kept for {seconds:g} s")
            return 0
        pause(min(every_s, left_s) if left_s > 0 else every_s)


def _line(seen: Look) -> str:
    told = ", ".join(f"{name} {'idle' if math.isnan(burn) else f'{burn:.1f}'}" for name, burn in seen.burns.items())
    return f"burning, in budgets: {told}"


def main() -> int:
    """Reads PROMETHEUS_TOKEN from the environment: a command line is seen by other users."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", help="where Prometheus answers")
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--every", type=float, default=15.0)
    asked = parser.parse_args()
    token = os.environ.get("PROMETHEUS_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with httpx.Client(base_url=asked.url, headers=headers, timeout=_TIMEOUT_S) as http:
        return watch(Prometheus(http), seconds=asked.seconds, every_s=asked.every, say=_now)


def _now(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
