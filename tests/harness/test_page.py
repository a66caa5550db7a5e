"""harness/open.html, as a person uses it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.harness.stage import VALUE, control, manifest

OPEN = Path(__file__).parents[2] / "harness" / "open.html"
BUTTON = control(
    init="""
    const button = document.createElement("button");
    button.onclick = () => { this.next = "pressed"; notify(); };
    container.append(button);
    """,
    update="""
    const { parameters, mode } = context;
    const hello = context.resources.getString("hello");
    this.container.firstChild.textContent = [parameters.value.raw, mode.isControlDisabled, hello].map(String).join(" ");
    """,
    outputs="return {value: this.next}",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "strings").mkdir()
    (tmp_path / "ControlManifest.xml").write_text(manifest(VALUE))
    (tmp_path / "bundle.js").write_text(BUTTON)
    for language, text in (("1033", "Hello"), ("1031", "Hallo")):
        resx = f'<root><data name="hello"><value>{text}</value></data></root>'
        (tmp_path / "strings" / f"Control.{language}.resx").write_text(resx)
    return tmp_path


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.goto(OPEN.as_uri())
    yield page
    page.close()


def test_a_folder_is_opened_used_changed_and_closed(page: Page, folder: Path):
    page.set_input_files("#folder", folder)
    button = page.locator("#place button")
    expect(button).to_have_text("null false Hello")
    button.click()
    expect(button).to_have_text("pressed false Hello")
    page.get_by_label("read-only").check()
    page.get_by_label("Language").fill("1031")
    page.get_by_label("Value").fill('"given"')
    page.get_by_label("Value").blur()
    expect(button).to_have_text("given true Hallo")
    page.get_by_role("button", name="Destroy").click()
    expect(page.locator("#told")).to_contain_text("left")
    told = json.loads(page.locator("#told").inner_text())
    assert told["outputs"] == {"value": "pressed"}
    assert told["misuse"] == []
