"""Stakeholders are told, or it is said why not, without the URL, which is a secret."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from pcf_ops.verifying import notify


class Hook(ThreadingHTTPServer):
    """Takes messages, and answers with a status."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status = 200
        self.got: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/s3cret"


class _Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self):
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["text"])
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_): ...


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


async def test_who_is_to_be_told_is_told(hook: Hook, tmp_path: Path):
    (tmp_path / "hook").write_text(f"{hook.url}\n")

    assert "" == await notify(tmp_path / "hook", "two takes over")
    assert ["two takes over"] == hook.got


async def test_nobody_is_to_be_told():
    assert "" == await notify(None, "two takes over")


async def test_a_refusal_is_told_without_the_url(hook: Hook, tmp_path: Path):
    (tmp_path / "hook").write_text(hook.url)
    hook.status = 403

    said = await notify(tmp_path / "hook", "two takes over")

    assert "answers 403" in said
    assert "s3cret" not in said


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/s3cret", "s3cret", "http://[s3cret"])
async def test_a_url_that_does_not_work_is_told_without_it(url: str, tmp_path: Path):
    (tmp_path / "hook").write_text(url)

    said = await notify(tmp_path / "hook", "two takes over")

    assert "does not answer" in said
    assert "s3cret" not in said


async def test_a_file_that_is_not_there_is_told(tmp_path: Path):
    assert "cannot be read (No such file" in await notify(tmp_path / "none", "two takes over")
