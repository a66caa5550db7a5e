import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

Problems = Callable[[], list[str]]

REPOSITORY = Path(__file__).parents[4]
SCHEMA = "schemas/behaviour.schema.json"
LAMP = "capabilities/lamp/behaviour.yaml"
SECTIONS = [
    "no-value",
    "disabled",
    "read-only",
    "no-access",
    "required",
    "error",
    "rtl",
    "dark",
    "high-contrast",
    "zoom",
]


@pytest.fixture
def plays(brain: Path) -> Callable[..., None]:
    """Give both kinds a behaviour file with every section; the lamp's first scenario is the test's own."""
    shutil.copy(REPOSITORY / "ai-brain" / SCHEMA, brain / SCHEMA)

    def write(first: str = "steps: [{notified: 0}]", *, variants: str = "usual: a lamp") -> None:
        others = [f"  - {{name: in {name}, section: {name}, steps: [{{notified: 0}}]}}" for name in SECTIONS]
        rest = "\n".join(others) + "\n"
        lamp = f"variants: {{{variants}}}\nscenarios:\n  - {{name: first, section: mouse, {first}}}\n{rest}"
        (brain / LAMP).write_text(lamp)
        (brain / LAMP.replace("lamp", "dial")).write_text(f"variants: {{usual: a dial}}\nscenarios:\n{rest}")

    return write


def test_sound_ones_are_taken(plays, problems: Problems):
    plays('values: {value: 1}, steps: [{click: radio "3 of 5", outputs: {value: 3}}, {host: {values: {size: small}}}]')
    assert problems() == []


def test_a_kind_without_one(plays, brain: Path, problems: Problems):
    plays()
    (brain / LAMP).unlink()
    assert problems() == [f"{LAMP}: is missing: nobody would see whether this kind works"]


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ("values: {volts: 1}, steps: [{notified: 0}]", "`volts` is no property"),
        ("columns: {volts: {}}, steps: [{notified: 0}]", "`volts` is no property"),
        ("steps: [{host: {values: {volts: 1}}}]", "`volts` is no property"),
        ("variant: bright, steps: [{notified: 0}]", "`bright` is no variant"),
        ("steps: [{click: button, press: Tab}]", "one step does one thing, not click and press"),
    ],
)
def test_what_the_kind_does_not_have(plays, problems: Problems, first: str, told: str):
    plays(first)
    assert problems() == [f"{LAMP}:3: {told}"]


def test_a_name_that_stands_twice(plays, brain: Path, problems: Problems):
    plays()
    text = (brain / LAMP).read_text()
    (brain / LAMP).write_text(text.replace("name: first", "name: in dark"))
    assert problems() == [f"{LAMP}:2: two scenarios are called `in dark`"]


def test_a_variant_nobody_plays(plays, problems: Problems):
    plays(variants="usual: a lamp, bright: a bright lamp")
    assert problems() == [f"{LAMP}:1: no scenario plays the variant `bright`"]


@pytest.mark.parametrize(
    "first", ["steps: [{clikc: button}]", "steps: [{click: the button}]", "steps: [{}]", "steps: []"]
)
def test_words_the_schema_does_not_know(plays, problems: Problems, first: str):
    plays(first)
    (problem,) = problems()
    assert problem.startswith(f"{LAMP}:3: scenarios.0.steps")


def test_a_section_nobody_thought_of(plays, brain: Path, problems: Problems):
    plays()
    text = (brain / LAMP).read_text()
    (brain / LAMP).write_text(text.replace("section: rtl", "section: mouse"))
    (problem,) = problems()
    assert problem.startswith(f"{LAMP}:2: scenarios: None of")
