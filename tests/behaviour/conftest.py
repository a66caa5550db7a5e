"""A browser for each process, and the controls of every prompt, compiled twice."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.behaviour import microsoft
from tests.behaviour.browser import chromium
from tests.behaviour.controls import ROOT, Control, generate
from tests.behaviour.scenarios import Page, Scenario
from tests.behaviour.stage import Stage
from tests.judge import pcf_scripts

PICTURES = ROOT / "out" / "screenshots"

Make = Callable[[str], tuple[Control, Control]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Gives a prompt's control from both compilers; each prompt is built once."""
    made: dict[str, tuple[Control, Control]] = {}
    npm = pcf_scripts.find_npm()

    def once(prompt: str) -> tuple[Control, Control]:
        if prompt not in made:
            project, ours = generate(prompt, tmp_path_factory.mktemp("made"))
            made[prompt] = ours, microsoft.build(project, npm)
        return made[prompt]

    return once


@pytest.fixture(scope="session")
def opened(browser: Browser, make: Make) -> Callable[[Scenario], list[Stage]]:
    """Opens a scenario's control once from each compiler, ours first; pages are laid anew, not made."""
    stages: dict[Page, list[Stage]] = {}

    def open_both(scenario: Scenario) -> list[Stage]:
        if scenario.page not in stages:
            stages[scenario.page] = [Stage(browser, scenario.page) for _ in range(2)]
        pair = stages[scenario.page]
        for stage, control in zip(pair, make(scenario.prompt), strict=True):
            stage.open(control, scenario)
        return pair

    return open_both


@pytest.fixture
def photograph() -> Callable[[Stage, Scenario], None]:
    """Keeps how a scenario ends as out/screenshots/<kind>/<section>/<name>.png."""

    def take(stage: Stage, scenario: Scenario) -> None:
        name = re.sub("[^a-z0-9]+", "-", scenario.name.lower()).strip("-")
        path = PICTURES / scenario.kind / scenario.section / f"{name}.png"
        stage.page.locator("main").screenshot(path=path, animations="disabled")

    return take
