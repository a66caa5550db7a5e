"""`pcf-builder serve` as a process of its own, and what can be done to it from outside: HTTP and signals."""

import json
import os
import queue
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

BRAIN = Path(os.environ.get("PCF_TEST_BRAIN", Path(__file__).parents[2] / "ai-brain"))
COMMAND = (sys.executable, "-m", "pcf_cli")
DEADLINE_S = 60
READY = re.compile(r"PCF Builder is ready: (http://127\.0\.0\.1:\d+) ")
STAGES = (
    "intent-interpretation",
    "capability-matching",
    "specification-generation",
    "rules-validation",
    "final-validation",
    "code-generation",
    "packaging",
)
SETTLED = {"succeeded", "failed", "cancelled", "needs_input"}


@dataclass(frozen=True)
class Served:
    """A server that is ready."""

    url: str
    process: "subprocess.Popen[str]"
    data: Path
    http: httpx.Client

    def start_build(self, prompt: str, **options: str) -> str:
        response = self.http.post("/v1/builds", json={"prompt": prompt, "options": options})
        assert 202 == response.status_code, response.text
        return str(response.json()["id"])

    def events(self, build_id: str, *, after: int = 0) -> Iterator[Any]:
        """The build's events until the server ends the stream."""
        headers = {"Last-Event-ID": str(after)}
        with self.http.stream("GET", f"/v1/builds/{build_id}/events", headers=headers, timeout=DEADLINE_S) as response:
            assert response.status_code in (200, 204), response.read()
            for line in response.iter_lines():
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))

    def settled(self, build_id: str) -> Any:
        """The build once nothing more happens to it."""
        for _ in self.events(build_id):
            pass
        build = self.http.get(f"/v1/builds/{build_id}").json()
        assert build["state"] in SETTLED
        return build

    def trail(self, **filters: str) -> list[Any]:
        """The audit log's events that fit, oldest first."""
        events: list[Any] = []
        token: str | None = ""
        while token is not None:
            query = {"page_size": "1000", **filters, **({"page_token": token} if token else {})}
            page = self.http.get("/v1/audit/events", params=query).json()
            events += page["events"]
            token = page["next_page_token"]
        return events[::-1]


@contextmanager
def serving(data: Path, **environment: str) -> Iterator[Served]:
    """A server on a free port; killed at the end if the test has not ended it."""
    line = (*COMMAND, "serve", "--port", "0", "--data", str(data), "--brain", str(BRAIN))
    log = (data.parent / f"{data.name}.log").open("a")
    process = subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **environment}, cwd=data.parent
    )
    try:
        url = _ready(process, Path(log.name))
        with httpx.Client(base_url=url, timeout=DEADLINE_S, trust_env=False) as http:
            yield Served(url, process, data, http)
    finally:
        process.kill()
        process.communicate()
        log.close()


def _ready(process: "subprocess.Popen[str]", log: Path) -> str:
    lines: queue.Queue[str] = queue.Queue()
    assert process.stdout is not None
    threading.Thread(target=lambda out: lines.put(out.readline()), args=(process.stdout,), daemon=True).start()
    found = READY.match(lines.get(timeout=DEADLINE_S))
    assert found is not None, log.read_text()
    return found[1]


Serve = Callable[..., Any]


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Start a server of the test's own."""
    return serving


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server that tests share which do it no harm."""
    with serving(tmp_path_factory.mktemp("shared") / "var") as served:
        yield served


@pytest.fixture
def cli(tmp_path: Path) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run `pcf-builder` in an empty folder."""

    def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        surroundings = {**os.environ, "PCF_BRAIN_FOLDER": str(BRAIN), **environment}
        return subprocess.run(
            (*COMMAND, *arguments),
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_S,
            env=surroundings,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
        )

    return run


@pytest.fixture
def until() -> Callable[[Callable[[], Any]], Any]:
    """Ask again and again until the answer is yes; what it was at the deadline fails the test."""

    def wait(condition: Callable[[], Any]) -> Any:
        ends_at = time.monotonic() + DEADLINE_S
        while not (answer := condition()):
            assert time.monotonic() < ends_at, f"still not: {condition.__doc__ or condition}"
            time.sleep(0.05)
        return answer

    return wait


@pytest.fixture
def stages() -> tuple[str, ...]:
    """The seven, in order."""
    return STAGES


@pytest.fixture
def whole_trail() -> Callable[[list[Any]], None]:
    """Check that the events are those of one build that succeeded, each of them there exactly once."""

    def check(events: list[Any]) -> None:
        kinds = Counter(event["type"] for event in events)
        stages = [event["details"]["stage"] for event in events if event["type"] == "stage.succeeded"]
        assert (1, 1) == (kinds["build.created"], kinds["build.succeeded"])
        assert list(STAGES) == stages
        assert len(events) == len({event["id"] for event in events})
        routed = [routes for routes in _routes_by_stage(events) if routes]
        assert routed, "where the knowledge came from"
        assert all(len(routes) == len(set(routes)) for routes in routed), routed

    return check


def _routes_by_stage(events: list[Any]) -> list[list[str]]:
    """The tasks that were routed for each stage."""
    routes: list[list[str]] = [[]]
    for event in events:
        if event["type"] == "route.decided":
            routes[-1].append(event["details"]["task"])
        elif event["type"] == "stage.succeeded":
            routes.append([])
    return routes
