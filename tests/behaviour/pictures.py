"""Photographs the kinds for the README: `make pictures` writes docs/pictures/kinds.png and states.png."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.behaviour.controls import ROOT, Control, generate

PICTURES = ROOT / "docs" / "pictures"
SHEET = (Path(__file__).parent / "page" / "sheet.html").as_uri()
CARD_WIDTH_PX = 352

Compile = Callable[[str], Control]


@dataclass(frozen=True)
class Card:
    """One control in one state."""

    caption: str
    prompt: str
    values: Mapping[str, Any]
    state: Mapping[str, Any] = field(default_factory=dict)


PRIORITIES = [
    {"Value": 1, "Label": "Low", "Color": "#107C10"},
    {"Value": 2, "Label": "Normal", "Color": "#0078D4"},
    {"Value": 3, "Label": "High", "Color": "#FFB900"},
]
KINDS = [
    Card("Star rating", "Rating with half stars", {"value": 3.5}),
    Card("Slider", "A fancy slider from 0 to 5000 kg in steps of 100 with ticks", {"value": 3200}),
    Card("Toggle", 'A toggle that says "Active" or "Inactive"', {"value": True}),
    Card("Text input", "An email input field with validation", {"value": "ada@example.com"}),
    Card("Progress bar", "A fancy progress bar with warning at 70 percent, red at 90 percent", {"value": 78}),
    Card("Choice buttons", "Choice buttons for priority", {"value": 2}, {"options": {"value": PRIORITIES}}),
]
STATES: Mapping[str, Mapping[str, Any]] = {
    "set": {},
    "disabled": {"disabled": True},
    "error": {"error": "This value is not allowed here."},
    "right to left": {"rtl": True},
    "dark": {"darkTheme": True},
}


def _in_states() -> list[Card]:
    return [
        replace(card, caption=f"{card.caption}, {name}", state={**card.state, **state})
        for card in KINDS
        for name, state in STATES.items()
    ]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Compile:
    made: dict[str, Control] = {}

    def once(prompt: str) -> Control:
        if prompt not in made:
            _, made[prompt] = generate(prompt, tmp_path_factory.mktemp("made"))
        return made[prompt]

    return once


@pytest.mark.parametrize(
    ("name", "cards", "columns"), [("kinds", KINDS, 3), ("states", _in_states(), len(STATES))], ids=["kinds", "states"]
)
def test_photograph(name: str, cards: Sequence[Card], columns: int, browser: Browser, compiled: Compile):
    viewport = {"width": columns * CARD_WIDTH_PX, "height": 100}
    context = browser.new_context(viewport=viewport, device_scale_factor=2, reduced_motion="reduce")
    page = context.new_page()
    page.goto(SHEET)
    page.evaluate("columns => document.body.style.setProperty('--columns', columns)", columns)
    loaded: set[str] = set()
    for card in cards:
        control = compiled(card.prompt)
        parts = asdict(control) | ({"bundle": ""} if card.prompt in loaded else {})
        loaded.add(card.prompt)
        page.evaluate("addCard", {**parts, "caption": card.caption, "values": card.values, "state": card.state})
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True, animations="disabled")
    context.close()
