"""A language is data: a lexicon, words of the kinds and texts of the questions. The code stays as it is."""

import shutil
import unicodedata
from pathlib import Path

import pytest
import yaml

GERMAN = Path(__file__).parent / "german"


def german_data(name):
    return yaml.safe_load((GERMAN / f"{name}.yaml").read_text("utf-8"))


def rewrite(path, change):
    document = yaml.safe_load(path.read_text("utf-8"))
    change(document)
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), "utf-8")


def speak_german(capability):
    """The words of this test for its kinds; the others are called by their id."""
    called = {"words": {"strong": [capability["id"]], "weak": []}, "phrases": []}
    own = german_data("words").get(capability["id"], called)
    capability["words"]["de"] = own["words"]
    capability["phrases"]["de"] = own["phrases"]


def ask_in_german(ambiguity):
    texts = german_data("questions")
    for question in ambiguity["questions"]:
        question["text"]["de"] = texts[question["id"]]["text"]
        for choice in question["choices"]:
            choice["label"]["de"] = texts[question["id"]]["choices"][choice["id"]]
    for situation in ("none", "several", "unsure"):
        ambiguity["kind"][situation]["de"] = texts["kind"][situation]
    ambiguity["parameter"]["text"]["de"] = texts["parameter"]


@pytest.fixture(scope="session")
def german_release(brain_folder, open_release, lexicon, tmp_path_factory):
    """The repository's brain with one more language."""
    folder = tmp_path_factory.mktemp("german") / "brain"
    shutil.copytree(brain_folder, folder)
    for path in folder.glob("capabilities/*/capability.yaml"):
        rewrite(path, speak_german)
    rewrite(folder / "intent/ambiguity.yaml", ask_in_german)
    words = german_data("lexicon")
    # The mapping rules speak of every concept; for some this test has no words.
    words["concepts"] = {concept: words["concepts"].get(concept, []) for concept in lexicon.concepts}
    target = folder / "intent/lexicon/de.yaml"
    target.write_text(yaml.safe_dump(words, allow_unicode=True, sort_keys=False), "utf-8")
    return open_release(folder)


@pytest.fixture(scope="session")
def baue(build_from, german_release):
    """Build from a German prompt."""
    build = build_from(german_release)
    return lambda prompt, **given: build(prompt, language="de", **given)


@pytest.mark.parametrize(
    ("prompt", "parameters"),
    [
        ("Ich brauche eine Bewertung mit 7 Sternen", {"maxStars": 7}),
        ("Sternebewertung mit sieben Sternen", {"maxStars": 7}),
        ("Eine Bewertung von 1 bis 4", {"maxStars": 4}),
        ("Eine Bewertung mit 1.000 Sternen", {"maxStars": 10}),
        ("Bewertung mit halben Sternen", {"allowHalf": True}),
        ("Bewertung ohne halbe Sterne", {"allowHalf": False}),
        ("Bewertung mit 5 blauen Sternen", {"maxStars": 5, "filledColor": "#0000FF"}),
        (unicodedata.normalize("NFD", "Bewertung mit fünf blauen Sternen"), {"maxStars": 5, "filledColor": "#0000FF"}),
    ],
)
def test_sets_parameters(baue, prompt, parameters):
    values = baue(prompt).report["specification"]["capabilities"]["customizations"]

    assert parameters == {name: values[name] for name in parameters}


@pytest.mark.parametrize(
    ("prompt", "field", "expected"),
    [
        ("Schreibgeschützte Bewertung", "readOnly", True),
        ("Bewertung, die man nicht bearbeiten kann", "readOnly", True),
        ("Bewertung als Pflichtfeld", "required", True),
        ("Bewertung, sie darf nicht leer sein", "required", True),
        ("Einfache Bewertung, nichts Schickes", "visual", {"style": "minimal"}),
        ("Schicke Bewertung", "visual", {"style": "rich"}),
        ("Bewertung namens Produktnote", "componentName", "Produktnote"),
        ("Bewertung im Namensraum Contoso", "namespace", "Contoso"),
    ],
)
def test_reads_the_intent(baue, prompt, field, expected):
    assert expected == baue(prompt).report["specification"][field]


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [("Ein Umschalter", "toggle"), ("Kein Umschalter, sondern eine Bewertung", "star-rating")],
)
def test_finds_the_kind(baue, prompt, kind):
    assert kind == baue(prompt).result.capability_id


@pytest.mark.parametrize(
    ("prompt", "code", "text"),
    [
        ("Umschalter oder Bewertung", "PCF-INT-002", "Mehr als eine Art ist genannt. Welche soll es sein?"),
        ("Bitte mach etwas", "PCF-INT-002", "Was für ein Steuerelement soll es sein?"),
        (
            "Schreibgeschützte Bewertung zu bearbeiten",
            "PCF-INT-003",
            "Der Wert soll nur zu sehen und doch zu ändern sein. Was ist gemeint?",
        ),
    ],
)
def test_asks_in_german(baue, prompt, code, text):
    question = baue(prompt).question

    assert (code, text) == (question.code, question.text)


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ("Ein Blockchainprüfer", "PCF-CAP-001"),
        ("Bewertung mit 2 Sekunden Animation", "PCF-CAP-003"),
        ("Bewertung ohne Tastatur", "PCF-VAL-003"),
    ],
)
def test_refuses(baue, prompt, code):
    assert code == baue(prompt).problem.code


def test_english_is_read_as_before(build_from, german_release):
    built = build_from(german_release)("7 small purple stars rating")

    assert 7 == built.report["specification"]["capabilities"]["customizations"]["maxStars"]


def test_a_language_without_a_lexicon_is_refused(build):
    problem = build("Une notation", language="xx").problem

    assert ("PCF-INT-001", "intent-interpretation") == (problem.code, problem.stage)
