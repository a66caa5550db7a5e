"""The judges see what they are there for: a control with each fault is told of it, one without is not."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.behaviour.controls import Control
from tests.behaviour.judging import barriers, differences, disorder, leftovers
from tests.behaviour.scenarios import Page, Scenario
from tests.behaviour.stage import Stage

MANIFEST = """<manifest><control namespace="Test" constructor="Faulty" version="1.0.0" display-name-key="Faulty"
control-type="standard"><property name="value" usage="bound" of-type="SingleLine.Text" display-name-key="Value"/>
<resources><code path="bundle.js" order="1"/></resources></control></manifest>"""
BUNDLE = """ComponentFramework.registerControl("Test.Faulty", class {
    init(context, notifyOutputChanged, state, container) { container.innerHTML = "<p>Sound</p>"; FAULT }
    updateView() {}
    getOutputs() { return {}; }
    destroy() {}
});"""
SCENE = Scenario("faulty", "a fault", "host", "", Page(), {}, {}, {}, ())


@pytest.fixture(scope="module")
def stages(browser: Browser) -> list[Stage]:
    return [Stage(browser, SCENE.page) for _ in range(2)]


def _faults(stages: list[Stage], fault: str, other: str | None = None) -> Iterator[str]:
    for stage, code in zip(stages, (fault, fault if other is None else other), strict=True):
        stage.open(Control("ours", MANIFEST, BUNDLE.replace("FAULT", code), [], {}), SCENE)
    yield from disorder(stages[0])
    yield from differences(*stages)
    yield from barriers(stages[0])
    yield from leftovers(stages[0].destroy())


def test_nothing_is_told_of_a_sound_control(stages: list[Stage]):
    # A host empties the place; a node that stays in the container is the control's to remove.
    assert list(_faults(stages, "this.destroy = () => container.replaceChildren();")) == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("console.warn('odd');", "console warning: odd"),
        ("queueMicrotask(() => { throw new Error('lost'); });", "uncaught: lost"),
        ("fetch('https://example.com/');", "asked the network for https://example.com/"),
        ("document.body.append(document.createElement('b'));", "misuse: DOM outside the container"),
        ("addEventListener('resize', () => {});", "left after destroy: listeners"),
        ("setInterval(() => {}, 9999);", "left after destroy: timers"),
        ("new ResizeObserver(() => {}).observe(container);", "left after destroy: observers"),
        ("", "left after destroy: nodes"),
        ("container.innerHTML = '<button></button>';", "button-name: "),
        ("container.innerHTML = '<p style=\"color: #bbb\">Pale</p>';", "color-contrast: "),
        ("container.innerHTML = '<button style=\"all: unset\">i</button>';", "is too small"),
        ("container.innerHTML = '<p style=\"inline-size: 900px\">Wide</p>';", "is cut off"),
        ("container.innerHTML = '<b>A</b><b style=\"margin-left: -9px\">B</b>';", '"A" lies over "B"'),
    ],
)
def test_a_fault_is_told(stages: list[Stage], fault: str, told: str):
    found = list(_faults(stages, fault))
    assert any(told in each for each in found), found


def test_another_document_is_told(stages: list[Stage]):
    assert '+      p class="odd"' in "\n".join(_faults(stages, "", "container.firstChild.className = 'odd';"))
