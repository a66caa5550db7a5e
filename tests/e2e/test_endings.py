"""A server that is stopped or killed in the middle of its work loses nothing, and nothing happens twice."""

import signal
import socket
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

GRACE_S = 20
READS = [
    "/healthz",
    "/v1/builds?page_size=50",
    "/v1/capabilities",
    "/v1/brain/release",
    "/v1/audit/events?page_size=200",
    "/v1/audit/verification",
]


@pytest.mark.slow
def test_a_stop_in_the_middle_of_50_builds_loses_none_and_fails_no_read(
    serve: Any, tmp_path: Path, until: Any, whole_trail: Any, stages: Any
):
    data = tmp_path / "var"
    with serve(data, PCF_GENERATOR_CONCURRENCY="50") as first, ThreadPoolExecutor(54) as pool, ExitStack() as stack:
        connections = [stack.enter_context(kept(first.url)) for _ in range(24)]
        build_ids = list(pool.map(first.start_build, prompts(50)))
        followed = {build_id: pool.submit(read_to_end, first, build_id) for build_id in build_ids[-4:]}
        # On connections that the server knows already: what is sent now is in flight when the signal comes.
        for number, connection in enumerate(connections):
            connection.sendall(request(READS[number % len(READS)]))

        stopped_at = datetime.now(UTC)
        first.process.send_signal(signal.SIGTERM)

        statuses = [status(connection) for connection in connections]
        exit_code = first.process.wait(GRACE_S)
        seen = {build_id: future.result() for build_id, future in followed.items()}

    assert [200] * len(connections) == statuses
    assert 0 == exit_code
    with serve(data) as second:
        until(lambda: succeeded(second, build_ids))
        check_whole(second, build_ids, until, whole_trail)
        histories = {build_id: list(second.events(build_id)) for build_id in build_ids}
        resumed = {build_id: list(second.events(build_id, after=len(before))) for build_id, before in seen.items()}
    for history in histories.values():
        check_history(history, stages)
    ended_at = [datetime.fromisoformat(history[-1]["event_time"]) for history in histories.values()]
    assert any(stopped_at < moment for moment in ended_at), "it was in the middle"
    for build_id, before in seen.items():
        assert histories[build_id] == before + resumed[build_id], "a stream goes on where the other server left it"


@pytest.mark.slow
def test_a_kill_in_the_middle_of_20_builds_loses_none_and_does_nothing_twice(
    serve: Any, tmp_path: Path, until: Any, whole_trail: Any, stages: Any
):
    data = tmp_path / "var"
    lease = {"PCF_GENERATOR_LEASE_S": "1", "PCF_GENERATOR_CONCURRENCY": "20"}
    with serve(data, **lease) as first:
        build_ids = [first.start_build(prompt) for prompt in prompts(20)]
        wait_for(first, build_ids[-1], "stage-started")
        first.process.kill()
        first.process.wait()

    with serve(data, **lease) as second:
        until(lambda: succeeded(second, build_ids))
        check_whole(second, build_ids, until, whole_trail)
        histories = {build_id: list(second.events(build_id)) for build_id in build_ids}
    for history in histories.values():
        check_history(history, stages)
    assert interrupted(histories), "it was in the middle"


def prompts(count: int) -> list[str]:
    """So many different ones, for a result that is there already would be taken instead of made."""
    kinds = ("rating with {} stars", "slider from 0 to {}", "progress bar up to {}", "text input of {} characters")
    return [kinds[number % len(kinds)].format(3 + number // len(kinds)) for number in range(count)]


def read_to_end(server: Any, build_id: str) -> list[Any]:
    """What a stream brings until the server ends it. One that is cut off raises; one that came too late has none."""
    events: list[Any] = []
    try:
        for event in server.events(build_id):
            events.append(event)  # noqa: PERF402 - those before an error count
    except (httpx.ConnectError, httpx.RemoteProtocolError):
        if events:
            raise
    return events


def wait_for(server: Any, build_id: str, kind: str) -> None:
    with closing(server.events(build_id)) as events:
        assert any(kind == event["type"] for event in events)


def check_history(events: list[Any], stages: Any) -> None:
    """No gap, and no stage done twice."""
    assert list(range(1, len(events) + 1)) == [event["sequence"] for event in events]
    assert list(stages) == [event["stage"] for event in events if event["type"] == "stage-succeeded"]


def interrupted(histories: dict[str, list[Any]]) -> list[str]:
    """The builds that one server began and the other ended."""
    return [build_id for build_id, events in histories.items() if "handed-back" in {each["type"] for each in events}]


def succeeded(server: Any, build_ids: list[str]) -> bool:
    """all builds have succeeded"""
    page = server.http.get("/v1/builds", params={"page_size": "1000", "state": "succeeded"}).json()
    return set(build_ids) <= {build["id"] for build in page["builds"]}


def check_whole(server: Any, build_ids: list[str], until: Any, whole_trail: Any) -> None:
    """The log holds, and it has everything about each build once."""
    until(lambda: len(server.trail(type="build.succeeded")) == len(build_ids))
    trails = defaultdict(list)
    for event in server.trail():
        trails[event["build_id"]].append(event)
    for build_id in build_ids:
        whole_trail(trails[build_id])
    assert server.http.get("/v1/audit/verification").json()["valid"]


@contextmanager
def kept(url: str) -> Iterator[socket.socket]:
    """A connection that the server has accepted and answered on before."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=GRACE_S) as connection:
        connection.sendall(request("/healthz"))
        assert 200 == status(connection)
        yield connection


def request(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def status(connection: socket.socket) -> int:
    """The status of an answer that came whole; 0 when it did not."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += (piece := connection.recv(65_536))
        if not piece:
            return 0
    head, _, body = answer.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    while len(body) < length:
        body += (piece := connection.recv(65_536))
        if not piece:
            return 0
    return int(head.split(b" ")[1])
