"""The built harness in a page of Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.behaviour.browser import chromium
from tests.harness.stage import Stage

PAGE = Path(__file__).parent / "page.html"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Iterator[Page]:
    """One for all tests: each loads its page anew."""
    page = browser.new_page(timezone_id="Europe/Berlin")
    yield page
    page.close()


@pytest.fixture
def stage(tab: Page) -> Iterator[Stage]:
    """A page from a file, with the harness; what is thrown past it fails the test."""
    errors: list[str] = []

    def note(error: Error) -> None:
        errors.append(str(error))

    tab.on("pageerror", note)
    tab.goto(PAGE.as_uri())
    yield Stage(tab)
    tab.remove_listener("pageerror", note)
    assert errors == []
