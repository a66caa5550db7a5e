"""The page of a server that asks for a key, with the real gateway: what it says, and where the key is and is not."""

import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from tests.behaviour.controls import ROOT
from tests.servers.api_keys import PEPPER, add_key
from tests.servers.ports import free_port
from tests.servers.processes import Process

pytestmark = pytest.mark.xdist_group("key field")

EVERYWHERE = """() => [
  location.href, document.documentElement.outerHTML, document.cookie, history.state, window.name, document.title,
  [...document.querySelectorAll("input, textarea")].map((each) => each.value),
  JSON.stringify(localStorage), JSON.stringify(sessionStorage),
].join(" ")"""
"""All of a page that outlives it or that somebody can read off it."""


@dataclass(frozen=True)
class Served:
    url: str
    key: str


@dataclass
class Visit:
    """A page, and the requests that it sent."""

    page: Page
    sent: list[Request] = field(default_factory=list)

    def note(self, request: Request) -> None:
        self.sent.append(request)

    def enter(self, key: str) -> None:
        self.page.get_by_label("API key").fill(key)
        self.page.get_by_role("button", name="Use this key").click()

    def build(self, prompt: str) -> None:
        self.page.get_by_label("What should the control do?").fill(prompt)
        self.page.get_by_role("button", name="Build", exact=True).click()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("keyed"), free_port()
    on = {"PCF_GATEWAY_AUTH": "on", "PCF_GATEWAY_KEY_PEPPER": PEPPER}
    line = ("serve", "--port", str(port), "--data", folder / "var", "--brain", ROOT / "ai-brain")
    server = Process(sys.executable, "-m", "pcf_cli", *line, log=folder / "log", environment=on)
    try:
        server.wait_until(lambda: answers(f"http://127.0.0.1:{port}/readyz"))
        key = add_key(folder / "var" / "gateway.db", tenant="contoso", scopes=("builds:read", "builds:write"))
        yield Served(f"http://127.0.0.1:{port}", key)
    finally:
        server.stop()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=1) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Visit]:
    with browser.new_context() as context:
        found = Visit(context.new_page())
        context.on("request", found.note)
        found.page.goto(served.url)
        yield found


def test_who_has_no_key_is_asked_for_one_and_can_do_nothing(visit: Visit):
    expect(visit.page.get_by_label("API key")).to_be_visible()
    visit.build("a toggle switch")

    expect(visit.page.get_by_role("heading", name="It is not known who is asking.")).to_be_visible()
    expect(visit.page.get_by_label("API key")).to_be_visible()


def test_a_key_that_does_not_work_is_said_not_to_and_asked_for_again(visit: Visit, served: Served):
    visit.enter(served.key[:-1] + ("0" if served.key[-1] != "0" else "1"))

    expect(visit.page.get_by_role("heading", name="The key or token does not work.")).to_be_visible()
    expect(visit.page.get_by_label("API key")).to_be_visible()


def test_a_key_that_works_builds_follows_and_downloads(visit: Visit, served: Served, tmp_path: Path):
    visit.enter(served.key)
    expect(visit.page.get_by_label("API key")).to_be_hidden()
    visit.build("a toggle switch")
    source = visit.page.get_by_role("link", name="Source project (ZIP)")
    source.wait_for(timeout=60_000)
    with visit.page.expect_download() as download:
        source.click()
    download.value.save_as(tmp_path / "source.zip")

    assert b"PK\x03\x04" == (tmp_path / "source.zip").read_bytes()[:4]


def test_the_key_is_nowhere_but_in_the_header_that_it_is_for(visit: Visit, served: Served):
    visit.enter(served.key)
    expect(visit.page.get_by_label("API key")).to_be_hidden()
    visit.build("a toggle switch")
    visit.page.get_by_role("link", name="Source project (ZIP)").wait_for(timeout=60_000)
    secret = served.key.rpartition("_")[2]

    assert secret not in visit.page.evaluate(EVERYWHERE)
    assert [] == [each.url for each in visit.sent if secret in f"{each.url} {each.post_data}"]
    assert {served.url} == {
        "/".join(each.url.split("/")[:3]) for each in visit.sent if not each.url.startswith("blob:")
    }
    assert {"x-api-key"} == {name for each in visit.sent for name in headers_with(each, secret)}


def headers_with(request: Any, secret: str) -> list[str]:
    return [name for name, value in request.all_headers().items() if secret in value]


def test_the_key_is_gone_with_the_page(visit: Visit, served: Served):
    visit.enter(served.key)
    expect(visit.page.get_by_label("API key")).to_be_hidden()
    visit.page.reload()

    expect(visit.page.get_by_label("API key")).to_be_visible()
    expect(visit.page.get_by_label("API key")).to_have_value("")
