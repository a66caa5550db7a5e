"""Whatever is done to a manifest, the answer is faults or a refusal; nothing else is raised, nothing hangs."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.manifest.processed import processed_manifest
from pcf_generator.manifest.reading import ManifestUnreadable, read_manifest
from pcf_generator.manifest.types import manifest_types
from pcf_generator.manifest.validation import manifest_faults

from tests.unit.generator.manifest.cases import load

SEEDS = [case for case in [*load.altered("matrix.yaml"), *load.altered("beyond.yaml")] if "control" in case.manifest]
TAGS = re.compile(r"<[^>]*>")
PIECES = sorted({piece for case in SEEDS for piece in TAGS.findall(case.manifest)})
NOISE = st.one_of(
    st.sampled_from(PIECES),
    st.sampled_from(["<", ">", "&", "&#0;", "<![CDATA[", "]]>", "<!--", "<!DOCTYPE a>", "\0", "'", '"', "\ud800"]),
    st.text(max_size=10),
)


@st.composite
def mutated(draw):
    """A case with some spans replaced by pieces of other cases, or by anything."""
    case = draw(st.sampled_from(SEEDS))
    text = case.manifest
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        text = text[:start] + draw(NOISE) + text[end:]
    return text, case.files


@st.composite
def rearranged(draw):
    """Well-formed but for luck: whole tags moved, dropped, doubled."""
    case = draw(st.sampled_from(SEEDS))
    tags = TAGS.findall(case.manifest)
    at = draw(st.integers(0, len(tags) - 1))
    tags[at : at + draw(st.integers(0, 2))] = draw(st.lists(st.sampled_from(PIECES), max_size=3))
    return "".join(tags), case.files


def judge(text, files):
    try:
        faults = manifest_faults(text, files)
    except ManifestUnreadable:
        return None
    assert all(fault.rule and fault.message for fault in faults)
    return faults


@settings(max_examples=600)
@given(mutated() | rearranged())
def test_only_faults_or_a_refusal(case):
    text, files = case
    faults = judge(text, files)
    if faults is not None and all(fault.stricter for fault in faults):
        processed = processed_manifest(text, api_version="1.3.18")
        assert read_manifest(processed).name == "manifest"
        assert manifest_types(text).endswith("}\n")


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from(["index.ts", "strings/Rating.1033.resx", "css/Rating.css"]), st.text()))
def test_files_of_anything(files):
    """Code that is no code, texts that are no RESX."""
    assert judge(SEEDS[0].manifest, files) is not None


@settings(max_examples=200)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_any_value_is_packed_unharmed(value):
    """What an attribute says is said by the packed manifest too, whatever it is."""
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    attribute = f'description-key="{escaped}" of-type'
    text = SEEDS[0].manifest.replace('description-key="K" of-type', attribute)
    packed = read_manifest(processed_manifest(text, api_version="1.3.18"))
    assert packed.children[0].first("property").attributes["description-key"] == value
