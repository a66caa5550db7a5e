"""The files a prompt is read with."""

import pytest
import yaml
from pcf_generator.adapters.brain_files.language import language_rules
from pcf_generator.ports.knowledge import BrainFileFault

LEXICON = {
    "language": "xx",
    "stems": [["s", "", 4]],
    "numbers": {"two": 2},
    "durations": {"s": 1000},
    "negators": ["no"],
    "negatorSuffixes": ["n't"],
    "notNegators": ["not only"],
    "scopeEnders": ["but"],
    "scopeWords": 5,
    "nameIntroducers": ["named"],
    "namespaceIntroducers": ["namespace"],
    "purposeIntroducers": ["for"],
    "transparent": ["a"],
    "fillers": ["make"],
    "colours": {"red": "#D13438"},
    "concepts": {"edit": ["edit"]},
}
MAPPING = {
    "intent": [{"when": "said.edit", "set": {"behavior.interactivity": "editable"}}],
    "wishes": [{"wish": "editing", "when": "said.edit"}],
}
AMBIGUITY = {
    "questions": [
        {
            "id": "which",
            "code": "PCF-INT-003",
            "when": "said.edit",
            "text": {"xx": "Which?"},
            "choices": [{"id": "a", "label": {"xx": "A"}, "say": ["edit"]}, {"id": "b", "label": {"xx": "B"}}],
        }
    ],
    "kind": {"code": "PCF-INT-002", "none": {"xx": "What?"}, "several": {"xx": "Which?"}, "unsure": {"xx": "Sure?"}},
    "parameter": {"code": "PCF-INT-003", "text": {"xx": "Two: {description}"}},
}


def read(*, lexicon=None, mapping=None, ambiguity=None):
    documents = {
        "intent/lexicon/xx.yaml": {**LEXICON, **(lexicon or {})},
        "intent/mapping.yaml": mapping or MAPPING,
        "intent/ambiguity.yaml": ambiguity or AMBIGUITY,
    }
    return language_rules("xx", {path: yaml.safe_dump(value) for path, value in documents.items()}, ())


def test_reads_the_words():
    lexicon = read().lexicon

    assert ("xx", (("s", "", 4),), {"two": 2.0}) == (lexicon.language, lexicon.stems, lexicon.numbers)
    assert (frozenset({"no"}), ("n't",)) == (lexicon.negators, lexicon.negator_suffixes)
    assert {"edit": ("edit",)} == lexicon.concepts


def test_digits_are_grouped_by_commas_unless_the_file_says_otherwise():
    assert "," == read().lexicon.thousands
    assert "." == read(lexicon={"thousands": "."}).lexicon.thousands


def test_reads_the_rules():
    rules, variables = read(), {"said": {"edit": True}}

    assert rules.mappings[0].when(variables) is True
    assert ["editing"] == [wish.wish for wish in rules.wishes if wish.when(variables) is True]


def test_reads_the_questions_in_its_language():
    rules = read()
    [question] = rules.questions

    assert ("Which?", ["A", "B"]) == (question.text, [choice.label for choice in question.choices])
    assert (frozenset({"edit"}), frozenset()) == (question.choices[0].say, question.choices[0].unsay)
    assert ("What?", "Which?", "Sure?") == (
        rules.kind_question.none,
        rules.kind_question.several,
        rules.kind_question.unsure,
    )
    assert "Two: {description}" == rules.parameter_question.text


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("negators", [False]),
        ("fillers", [True, "a"]),
        ("transparent", [5]),
        ("scopeEnders", [None]),
        ("concepts", {"edit": [True]}),
    ],
)
def test_a_word_that_yaml_reads_as_a_truth_value_must_be_quoted(field, value):
    with pytest.raises(BrainFileFault, match="must be quoted"):
        read(lexicon={field: value})


@pytest.mark.parametrize("field", sorted(LEXICON))
def test_a_lexicon_without_a_list_is_incomplete(field):
    files = {
        "intent/lexicon/xx.yaml": {name: value for name, value in LEXICON.items() if name != field},
        "intent/mapping.yaml": MAPPING,
        "intent/ambiguity.yaml": AMBIGUITY,
    }
    with pytest.raises(BrainFileFault, match=f"'xx'.*{field}"):
        language_rules("xx", {path: yaml.safe_dump(value) for path, value in files.items()}, ())


@pytest.mark.parametrize(
    "given",
    [
        {"mapping": {"intent": []}},
        {"mapping": {"intent": [{"when": "said.", "set": {}}], "wishes": []}},
        {"ambiguity": {"questions": []}},
        {"ambiguity": {**AMBIGUITY, "parameter": {"code": "PCF-INT-003", "text": {"en": "No xx."}}}},
        {"lexicon": {"stems": [["s"]]}},
        {"lexicon": {"numbers": {"two": "two"}}},
        {"lexicon": {"concepts": []}},
    ],
)
def test_what_does_not_fit_is_the_brains_fault(given):
    with pytest.raises(BrainFileFault, match="'xx'"):
        read(**given)


def test_a_file_that_is_not_there():
    with pytest.raises(BrainFileFault, match=r"intent/mapping\.yaml"):
        language_rules("xx", {}, ())
