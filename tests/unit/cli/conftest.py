"""A gateway that answers what a test tells it to, over real HTTP, and remembers what it was asked."""

import json
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pcf_cli.__main__ import main


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True)
class Reply:
    """An answer. `held` keeps the connection open after the body; `cut` promises a byte more than it sends."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    held: bool = False
    cut: bool = False


class FakeGateway:
    """Set the answers with `on`; the other methods make them."""

    build_id = "01JB2C3D4E5F6G7H8J9KMNPQRS"
    source = b"PK source"
    report = b'{"understood": {"notUnderstood": ["sparkles"]}}'

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.released = threading.Event()
        self._came = threading.Condition()
        self._replies: dict[tuple[str, str], list[Reply]] = defaultdict(list)

    def on(self, method: str, path: str, *replies: Reply) -> None:
        """Answer with these, one after the other; with the last one again and again."""
        self._replies[method, path.replace("{id}", self.build_id)] = list(replies)

    def requests(self, method: str, path: str) -> list[Asked]:
        wanted = (method, path.replace("{id}", self.build_id))
        return [each for each in self.asked if (each.method, each.path.partition("?")[0]) == wanted]

    def reached(self, requests: int, *, within_s: float) -> bool:
        """Wait until so many requests have come."""
        with self._came:
            return self._came.wait_for(lambda: len(self.asked) >= requests, within_s)

    def answer(self, asked: Asked) -> Reply:
        with self._came:
            self.asked.append(asked)
            self._came.notify_all()
        replies = self._replies.get((asked.method, asked.path.partition("?")[0]))
        if not replies:
            return self.problem(404, "PATH_NOT_FOUND", detail=f"{asked.method} {asked.path}")
        return replies.pop(0) if len(replies) > 1 else replies[0]

    def will_build(self, *streams: Reply, settled: Mapping[str, Any] | None = None, **result: Any) -> None:
        """A build that goes well."""
        self.on("POST", "/v1/builds", self.json(self.build("queued"), 202))
        ended = self.stream(self.event(1, "created"), self.event(2, "stage-started"), self.event(3, "succeeded"))
        self.on("GET", "/v1/builds/{id}/events", *(streams or [ended]))
        self.on("GET", "/v1/builds/{id}", self.json(settled or self.build("succeeded", result=self.result(**result))))
        self.on("GET", "/v1/builds/{id}/artifacts/source", Reply(self.source))
        self.on("GET", "/v1/builds/{id}/artifacts/report", Reply(self.report))

    def json(self, content: Any, status: int = 200) -> Reply:
        return Reply(json.dumps(content).encode(), status, {"Content-Type": "application/json"})

    def raw(self, body: bytes, **more: Any) -> Reply:
        return Reply(body, **more)

    def problem(self, status: int, reason: str, *, headers: Mapping[str, str] | None = None, **more: Any) -> Reply:
        content = {
            "title": reason,
            "status": status,
            "detail": "The detail.",
            "instance": "/requests/request-1",
            "code": "PCF-SYS-002",
            "stage": None,
            "userMessage": "It was refused.",
            "suggestion": "Do it otherwise.",
            "alternatives": [],
            "reason": reason,
            "violations": [],
            **more,
        }
        return Reply(json.dumps(content).encode(), status, headers or {})

    def stream(self, *events: Mapping[str, Any], **more: Any) -> Reply:
        blocks = [f"id: {each['sequence']}\nevent: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in events]
        body = "".join(["retry: 1000\n\n", ": still here\n\n", *blocks]).encode()
        return Reply(body, headers={"Content-Type": "text/event-stream"}, **more)

    def event(self, sequence: int, kind: str, **more: Any) -> dict[str, Any]:
        stage = "intent-interpretation" if kind.startswith("stage") else None
        return {
            "build_id": self.build_id,
            "sequence": sequence,
            "type": kind,
            "event_time": "2026-05-01T12:00:00Z",
            "state": "running",
            "stage": stage,
            "stage_index": 1 if stage else None,
            "stage_count": 7,
            "message": f"Told: {kind}.",
            "duration_ms": 12.5 if kind == "stage-succeeded" else None,
            **more,
        }

    def build(self, state: str, **more: Any) -> dict[str, Any]:
        return {
            "id": self.build_id,
            "prompt": "a star rating",
            "options": {},
            "state": state,
            "stage": "packaging" if state == "succeeded" else None,
            "question": None,
            "answers": [],
            "problem": None,
            "result": None,
            "brain_release": "0f" * 8,
            "last_sequence": 3,
            "create_time": "2026-05-01T12:00:00Z",
            "update_time": "2026-05-01T12:00:00Z",
            "end_time": None,
            **more,
        }

    def question(self) -> dict[str, Any]:
        choices = [{"choice_id": "star-rating", "label": "Star rating"}, {"choice_id": "toggle", "label": "Toggle"}]
        return {"question_id": "kind", "code": "PCF-INT-002", "text": "Which kind?", "choices": choices}

    def failure(self) -> dict[str, Any]:
        return {
            "code": "PCF-CAP-001",
            "stage": "capability-matching",
            "message": "no capability",
            "userMessage": "There is no such kind.",
            "suggestion": "Ask for another.",
            "alternatives": ["star-rating"],
            "details": {"rule": "PCF_RULE_001"},
        }

    def artifact(self, kind: str, filename: str, content: bytes) -> dict[str, Any]:
        return {
            "kind": kind,
            "filename": filename,
            "media_type": "application/octet-stream",
            "sha256": sha256(content).hexdigest(),
            "size_bytes": len(content),
            "href": f"/v1/builds/{self.build_id}/artifacts/{kind}",
        }

    def result(self, **more: Any) -> dict[str, Any]:
        return {
            "capability_id": "star-rating",
            "component_name": "StarRating",
            "namespace": "PcfBuilder",
            "display_name": "Star rating",
            "findings": [],
            "artifacts": [
                self.artifact("source", "StarRating-source.zip", self.source),
                self.artifact("report", "StarRating-report.json", self.report),
            ],
            **more,
        }


class Handler(BaseHTTPRequestHandler):
    """Speaks HTTP for the fake that its server holds."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        fake: FakeGateway = self.server.fake  # type: ignore[attr-defined]
        content = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = fake.answer(Asked(self.command, self.path, headers, json.loads(content or b"null")))
        self.send_response(reply.status)
        for name, value in {"X-Request-ID": "request-1", **reply.headers}.items():
            self.send_header(name, value)
        self.close_connection = reply.held or reply.cut
        if not reply.held:
            self.send_header("Content-Length", str(len(reply.body) + reply.cut))
        self.end_headers()
        self.wfile.write(reply.body)
        self.wfile.flush()
        if reply.held:
            fake.released.wait(30)

    do_POST = do_GET  # noqa: N815 - http.server's name

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving() -> Iterator[FakeGateway]:
    fake = FakeGateway()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.fake = fake  # type: ignore[attr-defined]
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield fake
    finally:
        fake.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def gateway() -> Iterator[FakeGateway]:
    with serving() as fake:
        yield fake


@pytest.fixture
def bucket() -> Iterator[FakeGateway]:
    """Another server, where the gateway keeps its files."""
    with serving() as fake:
        yield fake


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Type a command line: the exit code, and what went to stdout and stderr."""
    monkeypatch.delenv("PCF_URL", raising=False)

    def typed(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return typed
