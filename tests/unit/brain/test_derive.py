import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pcf_brain.loader import LoadedRelease

Edit = Callable[[str, str, str], None]
Problems = Callable[[], list[str]]


async def _read(loaded: LoadedRelease, path: str) -> Any:
    return json.loads(await loaded.snapshot.read(path))


async def test_there_is_an_index_of_kinds_for_every_lexicon(loaded: LoadedRelease):
    derived = [path for path in loaded.release.files if path.startswith("derived/kinds")]
    assert derived == ["derived/kinds.de.json", "derived/kinds.en.json"]


async def test_the_index_holds_every_kind_by_id(loaded: LoadedRelease):
    assert [kind["id"] for kind in await _read(loaded, "derived/kinds.en.json")] == ["dial", "lamp"]


async def test_the_index_holds_what_a_prompt_is_matched_with(loaded: LoadedRelease):
    expected = {
        "id": "lamp",
        "displayName": "Lamp",
        "description": "Shows whether something is lit, and how brightly.",
        "classification": "display-control",
        "componentName": "Lamp",
        "purposes": ["display-value"],
        "tags": ["lamp", "light"],
        "words": {"strong": ["lamp"], "weak": ["light"]},
    }
    assert expected == (await _read(loaded, "derived/kinds.en.json"))[1]


async def test_the_index_holds_only_the_words_of_its_language(loaded: LoadedRelease):
    words = (await _read(loaded, "derived/kinds.de.json"))[1]["words"]
    assert words == {"strong": ["Lampe"], "weak": []}


async def test_rules_are_sliced_by_what_they_judge(loaded: LoadedRelease):
    """In the order of file name and position: fixes are applied in that order."""
    sliced = {
        judged: [rule["id"] for rule in await _read(loaded, f"derived/rules.{judged}.json")]
        for judged in ("specification", "code")
    }
    assert sliced == {
        "specification": ["PCF_NAMING_001", "PCF_PERF_002"],
        "code": ["PCF_SECURITY_002"],
    }


async def test_derived_files_are_canonical(loaded: LoadedRelease):
    content = (await loaded.snapshot.read("derived/kinds.de.json")).decode()
    value = json.loads(content)
    expected = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert expected == content


def test_what_could_not_be_read_is_left_out_and_told_once(brain: Path, problems: Problems):
    (brain / "rules/core.yaml").write_text("- [")
    assert len(problems()) == 1
