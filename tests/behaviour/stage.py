"""A page with one control in a host, as one person sees it."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Route

from tests.behaviour import scenarios
from tests.behaviour.controls import Control
from tests.behaviour.scenarios import Scenario
from tests.behaviour.targets import find

PAGE = (Path(__file__).parent / "page" / "page.html").as_uri()
WIDTH, HEIGHT = 640, 400
TIMEOUT_MS = 10_000

_OPEN = """async ({bundle, ...options}) => {
    PcfHarness.loadBundle(bundle);
    window.host = await PcfHarness.open({...options, container: document.getElementById("container")});
}"""


class Stage:
    """A page that is laid anew for each control, and what goes wrong on it beside the control's own doing."""

    def __init__(self, browser: Browser, settings: scenarios.Page) -> None:
        self.incidents: list[str] = []
        self.maker = ""
        self._context = _context(browser, settings)
        self._context.route("**/*", self._refuse_network)
        self.page: Page = self._context.new_page()
        self.page.on("console", self._note_message)
        self.page.on("pageerror", lambda error: self.incidents.append(f"uncaught: {error}"))
        self.container = self.page.locator("#container")

    def open(self, control: Control, scenario: Scenario) -> None:
        """Put a control into its host, on a fresh page."""
        self.maker = control.maker
        self.page.goto(PAGE)
        self.page.mouse.move(0, 0)
        self.incidents.clear()
        self._dress(scenario.state)
        options = {"values": scenario.values, "columns": scenario.columns, "state": scenario.state}
        self.page.evaluate(_OPEN, {**asdict(control), **options})
        self.settle()

    def find(self, target: str) -> Locator:
        return find(self.container, target)

    def settle(self) -> None:
        self.page.evaluate("Probe.settle()")

    def change(self, change: Mapping[str, Any]) -> None:
        """Change values or state from the host's side."""
        self._dress(change.get("state", {}))
        self.page.evaluate("change => host.set(change)", change)

    def copy(self, text: str) -> None:
        """Put a text on the clipboard; the focus stays where it is."""
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)

    @property
    def outputs(self) -> Mapping[str, Any]:
        return json.loads(self.page.evaluate("JSON.stringify(host.outputs)"))

    @property
    def notified(self) -> int:
        return self.page.evaluate("host.calls.filter(({name}) => name === 'notifyOutputChanged').length")

    @property
    def misuse(self) -> list[str]:
        return self.page.evaluate("[...host.misuse]")

    @property
    def document(self) -> list[str]:
        """The control's own document, a line for each node."""
        return self.container.evaluate("element => Probe.lines(element)")

    def destroy(self) -> Mapping[str, Any]:
        """Take the control out; what it left behind."""
        return self.page.evaluate("host.destroy()")

    def _dress(self, state: Mapping[str, Any]) -> None:
        """The page follows its host's theme."""
        if "darkTheme" in state:
            self.page.evaluate("dark => document.body.classList.toggle('dark', dark)", state["darkTheme"])

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.incidents.append(f"console {message.type}: {message.text}")

    def _refuse_network(self, route: Route, request: Request) -> None:
        if request.url.startswith(("file:", "about:")):
            route.continue_()
        else:
            self.incidents.append(f"asked the network for {request.url}")
            route.abort()


def _context(browser: Browser, settings: scenarios.Page) -> BrowserContext:
    """Zoom makes pixels bigger and the window, told in them, smaller."""
    factor = settings.zoom / 100
    context = browser.new_context(
        viewport={"width": round(WIDTH / factor), "height": round(HEIGHT / factor)},
        device_scale_factor=factor,
        forced_colors="active" if settings.forced_colours else "none",
        reduced_motion="reduce",
        has_touch=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(TIMEOUT_MS)
    return context
