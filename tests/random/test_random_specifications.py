"""Whatever is asked for compiles, runs and ends cleanly, and no text changes what a file is made of."""

import asyncio
import json
import random
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pcf_generator.compiler.compile import NativeCompiler
from pcf_generator.domain.source import SourceTree
from playwright.sync_api import Browser, Page

from tests.behaviour.controls import ROOT
from tests.random.building import Idle, Outcome, build
from tests.random.conftest import BATCH, COUNT, SEED
from tests.random.drawing import draw
from tests.random.shapes import shape
from tests.unit.generator.doubles.knowledge import RepositoryKnowledge

PAGE = ROOT / "tests" / "behaviour" / "page" / "page.html"
HARNESS = ROOT / "harness" / "dist" / "harness.js"
REFUSED_BY_RIGHT = ("PCF-SPEC", "PCF-VAL")
"""A specification may contradict itself; once it is approved, everything after must succeed."""

TRIES = 50

_SMOKE = """async ({bundle, ...options}) => {
    const container = document.getElementById("container");
    PcfHarness.loadBundle(bundle);
    const host = await PcfHarness.open({...options, container});
    await host.set({state: {disabled: true}});
    await host.set({state: {disabled: false, darkTheme: true, rtl: true}});
    const nodes = container.querySelectorAll("*").length;
    const leaks = await host.destroy();
    return {misuse: [...host.misuse], leaks: JSON.stringify(leaks), nodes};
}"""
_NO_LEAKS = {"listeners": [], "timers": 0, "nodes": 0, "observers": []}


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(PAGE.as_uri())
    page.add_script_tag(path=HARNESS)
    yield page
    context.close()


def test_a_batch(batch: int, knowledge: RepositoryKnowledge, compiler: NativeCompiler, page: Page):
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    page.on("pageerror", lambda error: console.append(str(error)))
    # A thread of its own: the browser's driver holds this one's event loop.
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(asyncio.run, _batch(batch, knowledge, compiler)).result()
    for each in made:
        _check_shapes(each)
        seen = page.evaluate(_SMOKE, _options(each.outcome))
        assert [] == seen["misuse"], each.about
        assert _NO_LEAKS == json.loads(seen["leaks"]), each.about
        assert seen["nodes"], each.about
        assert [] == console, each.about


@dataclass(frozen=True)
class Made:
    """What was drawn, what came of it, and of the same with plain texts."""

    about: str
    outcome: Outcome
    plain: Outcome


async def _batch(batch: int, knowledge: RepositoryKnowledge, compiler: NativeCompiler) -> list[Made]:
    numbers = range(batch * BATCH, min((batch + 1) * BATCH, COUNT))
    return [await _made(number, knowledge, compiler) for number in numbers]


async def _made(number: int, knowledge: RepositoryKnowledge, compiler: NativeCompiler) -> Made:
    """The first drawn under this number that is approved."""
    chance = random.Random(f"{SEED}/{number}")  # noqa: S311 - seeded on purpose
    kinds = await knowledge.kinds("en")
    for _ in range(TRIES):
        drawn = draw(chance, await knowledge.capability(chance.choice(kinds).id))
        about = f"seed {SEED}, specification {number}: {drawn}"
        outcome = await build(drawn, knowledge, compiler)
        if outcome.problem is None:
            return Made(about, outcome, await build(drawn.tamed(), knowledge, Idle()))
        assert outcome.problem.code.startswith(REFUSED_BY_RIGHT), (about, outcome.problem)
    pytest.fail(f"{about}: nothing drawn was approved, and the last was {outcome.problem}")


def _check_shapes(made: Made) -> None:
    assert made.plain.tree, (made.about, made.plain.problem)
    assert _shapes(made.plain.tree) == _shapes(made.outcome.tree), made.about
    for kind in made.outcome.artifacts.keys() - {"report"}:
        plain, content = made.plain.artifacts[kind], made.outcome.artifacts[kind]
        assert _zip_shapes(plain) == _zip_shapes(content), (kind, made.about)


def _shapes(tree: SourceTree) -> dict[str, list[object]]:
    return {file.path: shape(file.path, file.text) for file in tree.files}


def _zip_shapes(content: bytes) -> dict[str, list[object]]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist() if not name.endswith(".js")}
    return {name: shape(name, text) for name, text in texts.items()}


def _options(outcome: Outcome) -> dict[str, Any]:
    """What the harness loads: out of the solution, as an environment would."""
    with zipfile.ZipFile(BytesIO(outcome.artifacts["solution"])) as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist() if name.startswith("Controls/")}
    manifest = next(text for name, text in files.items() if name.endswith("/ControlManifest.xml"))
    bundle = next(text for name, text in files.items() if name.endswith("/bundle.js"))
    assert bundle == outcome.bundle
    return {
        "manifest": manifest,
        "bundle": bundle,
        "css": [text for name, text in files.items() if name.endswith(".css")],
        "strings": {Path(name).suffixes[-2][1:]: text for name, text in files.items() if name.endswith(".resx")},
    }
