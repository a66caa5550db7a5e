"""Virtual controls, rendered with the React 16 the platform lends them."""

from pathlib import Path

import pytest
from playwright.sync_api import Error

from tests.harness.stage import Stage, control

REACT = Path(__file__).parents[2] / ".tools" / "react" / "node_modules"
COUNTER = control(
    update="""
    const { createElement, useEffect } = Reactv16;
    const Counter = ({ text, onClick }) => {
        useEffect(() => { %s }, []);
        return createElement("button", { onClick }, text);
    };
    const onClick = () => { this.next = "clicked"; this.notify(); };
    return createElement(Counter, { text: context.parameters.value.raw, onClick });
    """,
    outputs="return {value: this.next}",
)


@pytest.fixture
def react(stage: Stage) -> Stage:
    for name in ("react", "react-dom"):
        stage.page.add_script_tag(path=REACT / name / "umd" / f"{name}.production.min.js")
    stage.read("Object.assign(window, {Reactv16: React, ReactDOMv16: ReactDOM}) && 0")
    return stage


def test_an_element_is_rendered_updated_and_taken_away(react: Stage):
    react.open(COUNTER % "", kind="virtual", values={"value": "first"})
    assert react.page.locator("button").inner_text() == "first"
    react.page.click("button")
    react.settle()
    assert react.page.locator("button").inner_text() == "clicked"
    leaks = react.destroy()
    assert leaks == {"listeners": [], "timers": 0, "nodes": 0, "observers": []}
    assert react.misuse == []


def test_it_has_no_container_of_its_own(react: Stage):
    react.open(COUNTER % "", kind="virtual")
    assert react.read("control.container === undefined") is True


@pytest.mark.parametrize(
    ("effect", "leaks"),
    [
        ("window.addEventListener('resize', () => 0)", {"listeners": ["resize on window"]}),
        ("setInterval(() => 0, 60000)", {"timers": 1}),
        ("new ResizeObserver(() => 0).observe(document.body)", {"observers": ["ResizeObserver"]}),
    ],
)
def test_what_an_effect_leaves_is_told(react: Stage, effect: str, leaks: dict[str, object]):
    react.open(COUNTER % f"window.ran = true; {effect}", kind="virtual")
    react.page.wait_for_function("window.ran")
    assert react.destroy() == {"listeners": [], "timers": 0, "nodes": 0, "observers": []} | leaks


def test_what_an_effect_tidies_up_is_not_told(react: Stage):
    effect = "window.ran = true; const timer = setInterval(() => 0, 60000); return () => clearInterval(timer);"
    react.open(COUNTER % effect, kind="virtual")
    react.page.wait_for_function("window.ran")
    assert react.destroy()["timers"] == 0


def test_without_react_it_does_not_open(stage: Stage):
    with pytest.raises(Error, match="needs React 16"):
        stage.open(COUNTER % "", kind="virtual")
