"""What an image's health check tells."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from pcf_runtime.probe import answers, is_alive, main

from tests.servers.ports import free_port


class Page(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture(params=[200, 500])
def page(request: pytest.FixtureRequest) -> Iterator[tuple[int, bool]]:
    """A port, and whether what answers there is well."""
    server = HTTPServer(("127.0.0.1", 0), type("Page", (Page,), {"status": request.param}))
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server.server_port, request.param == 200
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_answers_well_is_alive(page: tuple[int, bool]):
    port, well = page

    assert well is is_alive(port)


def test_where_nobody_listens_nothing_is_alive():
    assert not is_alive(free_port())


@pytest.mark.parametrize("given", ["variable", "usual"])
def test_the_command_asks_the_port_that_the_service_was_told(page: tuple[int, bool], given: str):
    port, well = page
    variables = {"X_PORT": str(port)} if given == "variable" else {}
    usual = str(free_port() if given == "variable" else port)
    line = [sys.executable, "-m", "pcf_runtime.probe", "X_PORT", usual]

    assert (0 if well else 1) == subprocess.run(line, env=os.environ | variables, check=False, timeout=30).returncode


def test_an_address_answers_or_does_not(page: tuple[int, bool]):
    port, well = page

    assert well is answers(f"http://127.0.0.1:{port}/healthz", patience_s=0)
    assert not answers(f"http://127.0.0.1:{port}/elsewhere", patience_s=0)


def test_the_command_tells_of_each_address(capsys: pytest.CaptureFixture[str]):
    server = HTTPServer(("127.0.0.1", 0), Page)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(server.serve_forever, 0.01)
        url = f"http://127.0.0.1:{server.server_port}/healthz"

        assert 0 == main([url, url.replace("127.0.0.1", "localhost")])
        server.shutdown()
    server.server_close()

    other = url.replace("127.0.0.1", "localhost")
    assert [f"answers         {url}", f"answers         {other}"] == capsys.readouterr().out.splitlines()
