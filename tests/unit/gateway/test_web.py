"""The page agrees with the API and with itself, and keeps to its own content security policy."""

import re
from importlib import resources
from typing import get_args

import pytest
from pcf_gateway.resources.events import EventType
from pcf_gateway.resources.fields import ArtifactKind, BuildState, StageName

WEB = resources.files("pcf_gateway").joinpath("web")
PAGE = WEB.joinpath("index.html").read_text(encoding="utf-8")
SCRIPT = WEB.joinpath("page.js").read_text(encoding="utf-8")
VERIFYING = WEB.joinpath("verify.js").read_text(encoding="utf-8")
KEY = WEB.joinpath("key.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", [StageName, EventType, BuildState, ArtifactKind])
def test_the_page_knows_every_name_of_the_api(kind: object):
    words = set(re.findall(r"[a-z_-]+", SCRIPT))

    assert set(get_args(kind)) <= words


def test_every_element_that_is_looked_for_is_there():
    ids = set(re.findall(r'id="([^"]+)"', PAGE))

    assert set(re.findall(r'find\("([^"]+)"\)', SCRIPT + VERIFYING + KEY)) <= ids


def test_every_label_and_description_leads_somewhere():
    ids = set(re.findall(r'id="([^"]+)"', PAGE))

    assert set(re.findall(r'(?:for|aria-labelledby|aria-describedby)="([^"]+)"', PAGE)) <= ids


@pytest.mark.parametrize("name", ["index.html", "docs.html"])
def test_a_page_holds_no_code_and_no_style_of_its_own(name: str):
    page = WEB.joinpath(name).read_text(encoding="utf-8")

    assert re.findall(r"<style|style=|\son[a-z]+=|javascript:|<script(?! type=\"module\" src=)", page) == []


@pytest.mark.parametrize("name", ["page.js", "verify.js", "key.js", "docs.js"])
def test_a_script_makes_no_markup_out_of_text(name: str):
    script = WEB.joinpath(name).read_text(encoding="utf-8")

    assert re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", script) == []
