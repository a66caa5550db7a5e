"""Reads the lexicon, the mapping and the ambiguity rules of one language."""

from collections.abc import Mapping
from typing import Any

from pcf_generator.adapters.brain_files.document import expression, parse, reading
from pcf_generator.domain.capability import Kind
from pcf_generator.domain.language import (
    KindQuestion,
    LanguageRules,
    Lexicon,
    MappingRule,
    ParameterQuestion,
    QuestionChoice,
    QuestionRule,
    WishRule,
)


def language_rules(language: str, files: Mapping[str, str], kinds: tuple[Kind, ...]) -> LanguageRules:
    """Read the files of task INTERPRET_INTENT, by path."""
    with reading(f"the rules for reading {language!r}"):
        mapping = parse("intent/mapping.yaml", files["intent/mapping.yaml"])
        ambiguity = parse("intent/ambiguity.yaml", files["intent/ambiguity.yaml"])
        path = f"intent/lexicon/{language}.yaml"
        kind, parameter = ambiguity["kind"], ambiguity["parameter"]
        return LanguageRules(
            lexicon=_lexicon(parse(path, files[path])),
            mappings=tuple(MappingRule(expression(rule["when"]), rule["set"]) for rule in mapping["intent"]),
            wishes=tuple(map(_wish, mapping["wishes"])),
            questions=tuple(_question(entry, language) for entry in ambiguity["questions"]),
            kind_question=KindQuestion(
                kind["code"], kind["none"][language], kind["several"][language], kind["unsure"][language]
            ),
            parameter_question=ParameterQuestion(parameter["code"], parameter["text"][language]),
            kinds=kinds,
        )


def _lexicon(document: Mapping[str, Any]) -> Lexicon:
    return Lexicon(
        language=document["language"],
        stems=tuple((suffix, replacement, shortest) for suffix, replacement, shortest in document["stems"]),
        numbers={word: float(number) for word, number in document["numbers"].items()},
        durations={unit: float(ms) for unit, ms in document["durations"].items()},
        negators=_words(document["negators"]),
        negator_suffixes=tuple(document["negatorSuffixes"]),
        not_negators=tuple(document["notNegators"]),
        scope_enders=_words(document["scopeEnders"]),
        scope_words=document["scopeWords"],
        name_introducers=tuple(document["nameIntroducers"]),
        namespace_introducers=tuple(document["namespaceIntroducers"]),
        purpose_introducers=tuple(document["purposeIntroducers"]),
        transparent=_words(document["transparent"]),
        fillers=_words(document["fillers"]),
        colours=document["colours"],
        concepts={concept: tuple(map(_word, phrases)) for concept, phrases in document["concepts"].items()},
        thousands=document.get("thousands", ","),
    )


def _wish(entry: Mapping[str, Any]) -> WishRule:
    return WishRule(entry["wish"], expression(entry["when"]), entry.get("means", ""))


def _question(entry: Mapping[str, Any], language: str) -> QuestionRule:
    return QuestionRule(
        id=entry["id"],
        code=entry["code"],
        when=expression(entry["when"]),
        text=entry["text"][language],
        choices=tuple(
            QuestionChoice(
                choice["id"],
                choice["label"][language],
                frozenset(choice.get("say", ())),
                frozenset(choice.get("unsay", ())),
            )
            for choice in entry["choices"]
        ),
    )


def _words(entries: list[object]) -> frozenset[str]:
    return frozenset(map(_word, entries))


def _word(entry: object) -> str:
    if not isinstance(entry, str):  # YAML 1.1 reads a bare `no` or `on` as a truth value
        raise TypeError(f"{entry!r} must be quoted to be a word")
    return entry
