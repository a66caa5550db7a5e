"""Naughty strings that a build takes: its files parse, hold the text as text, and are else those of any other build."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.batteries.asking import settled
from tests.batteries.battery import SEED, naughty_strings
from tests.batteries.shape import shape_of, texts_of

_SAMPLE = 4
_PLAIN = "plain"
_LONGEST = 40

pytestmark = pytest.mark.xdist_group("batteries")


async def test_text_stays_text_in_every_file(http: httpx.AsyncClient):
    plain = await _files(http, await _build(http, _PLAIN))
    faults, built = [], 0
    for text in naughty_strings(_SAMPLE):
        build = await _build(http, text)
        if build["state"] != "succeeded":
            faults += [(text, build["problem"])] * (not _is_a_refusal(build))
            continue
        built += 1
        faults += [(text, fault) for fault in _faults(await _files(http, build), plain, text.strip())]

    assert [] == faults[:20], f"{len(faults)} in all, seed {SEED}"
    assert built, f"none was taken, seed {SEED}"


async def test_a_placeholder_of_any_text_gives_files_that_parse(http: httpx.AsyncClient):
    broken, built = [], 0
    for text in naughty_strings(_SAMPLE):
        build = await settled(http, {"prompt": f'a text input with placeholder "{text}"'})
        assert build["state"] in ("succeeded", "needs_input") or _is_a_refusal(build), (text, build["problem"])
        if build["state"] == "succeeded":
            built += 1
            files = await _files(http, build)
            broken += [(text, path) for path, content in files.items() if _is_broken(shape_of(path, content))]

    assert [] == broken, f"seed {SEED}"
    assert built, f"none was taken, seed {SEED}"


def _is_broken(shape: Any) -> bool:
    return isinstance(shape, list) and "ERROR" in shape


def _is_a_refusal(build: Any) -> bool:
    """Whether a rule said what is wrong with the text."""
    return build["state"] == "failed" and build["problem"]["code"].startswith(
        ("PCF-VAL", "PCF-SPEC", "PCF-CAP", "PCF-INT")
    )


async def _build(http: httpx.AsyncClient, text: str) -> Any:
    """Of a control with the text wherever people read it. What is too long for a name is cut."""
    cut = text[:_LONGEST]
    said = {"display_name": f"Name {cut}", "description": f"Shows a value. {text[:400]}"}
    options = {**said, "publisher_display_name": f"Publisher {cut}"}
    return await settled(http, {"prompt": "a toggle switch", "options": options})


async def _files(http: httpx.AsyncClient, build: Any) -> Mapping[str, bytes]:
    """Of all its archives, by kind and path."""
    files = {}
    for artifact in build["result"]["artifacts"]:
        content = (await http.get(artifact["href"])).content
        if artifact["media_type"] == "application/zip":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                files |= {f"{artifact['kind']}/{name}": archive.read(name) for name in archive.namelist()}
    return files


def _faults(files: Mapping[str, bytes], plain: Mapping[str, bytes], text: str) -> list[str]:
    if set(files) != set(plain):
        return [f"other files: {set(files) ^ set(plain)}"]
    changed = [path for path, content in files.items() if shape_of(path, content) != shape_of(path, plain[path])]
    shown = {found for path, content in files.items() for found in texts_of(path, content)}
    held = any(text[:_LONGEST].strip() in found for found in shown)
    return [*changed, *([] if held else ["the text is nowhere as it was"])]
