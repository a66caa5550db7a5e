"""A solution with one control, packed, and packed again after something was done to it."""

from collections.abc import Callable, Mapping

import pytest
from pcf_generator.domain.solution import Publisher, Solution
from pcf_generator.packing.archive import pack_entries
from pcf_generator.packing.solution.control import PackedControl
from pcf_generator.packing.solution.entries import read_entries
from pcf_generator.packing.solution.package import pack_solution

CONTROL = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<manifest>
  <control namespace="Acme.Controls" constructor="StarRating" version="1.0.0" display-name-key="Control_Name">
    <property name="value" display-name-key="value_Name" of-type="Whole.None" usage="bound"/>
    <resources>
      <code path="bundle.js" order="1"/>
      <css path="css/StarRating.css" order="1"/>
      <resx path="strings/StarRating.1033.resx" version="1.0.0"/>
    </resources>
    <feature-usage/>
  </control>
</manifest>
"""

Tamper = Callable[[Mapping[str, bytes | None]], bytes]


@pytest.fixture(scope="session")
def solution() -> Solution:
    return Solution("AcmeControls", "Acme controls", "1.2.3.0", Publisher("Acme", "Acme Ltd", "acme"))


@pytest.fixture(scope="session")
def control() -> PackedControl:
    files = {
        "strings/StarRating.1033.resx": b"<root />",
        "bundle.js": b"var pcf_tools_652ac3f36e1e4bca82eb3c1dc44e6fad;",
        "ControlManifest.xml": CONTROL.encode(),
        "css/StarRating.css": b".Acme\\.Controls\\.StarRating { color: red; }\n",
    }
    return PackedControl("Acme.Controls", "StarRating", files)


@pytest.fixture(scope="session")
def packed(solution: Solution, control: PackedControl) -> bytes:
    return pack_solution(solution, control, managed=False)


@pytest.fixture(scope="session")
def tampered(packed: bytes) -> Tamper:
    """The same ZIP with entries replaced, added or, where None is given, left out."""

    def tamper(changes: Mapping[str, bytes | None]) -> bytes:
        changed = {**dict(read_entries(packed)), **changes}
        return pack_entries((name, content) for name, content in changed.items() if content is not None)

    return tamper
