"""A fix cures what its rule found and nothing else."""

import pytest
from pcf_generator.domain.fixes import (
    CODE_FIXES,
    SPEC_FIXES,
    camel_case_properties,
    remove_console_calls,
    shorten_display_name,
)
from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.domain.spec import Property


@pytest.mark.parametrize(
    ("name", "expected"), [("Max Stars", "maxStars"), ("max_stars", "maxStars"), ("value", "value"), ("URL", "url")]
)
def test_camel_case_properties(make_spec, name, expected):
    fixed = camel_case_properties(make_spec(properties=(Property(name, "Whole.None", "input"),)))

    assert [expected] == [prop.name for prop in fixed.properties]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Short", "Short"),
        ("x" * 100, "x" * 100),
        ("x" * 101, "x" * 100),
        ("word " * 30, "word " * 19 + "word"),
        (" " + "x" * 200, "x" * 100),
        ("a " + "x" * 200, "a"),
    ],
)
def test_shorten_display_name(make_spec, name, expected):
    assert expected == shorten_display_name(make_spec(display_name=name)).display_name


def code(*lines):
    return SourceTree((SourceFile("Dial/index.ts", "".join(f"{line}\n" for line in lines)),))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["a();", '    console.log("x", y);', "b();"], ["a();", "b();"]),
        (["{", "console.error(e);", "console.warn(e);", "}"], ["{", "}"]),
        (["a();", "// console.log(x)", "b();"], ["a();", "// console.log(x)", "b();"]),
        (["if (a)", "    console.log(a);", "b();"], ["if (a)", "    console.log(a);", "b();"]),
        (["a();", "const log = console.log(a);"], ["a();", "const log = console.log(a);"]),
        (["a();", "console.log(a); b();"], ["a();", "console.log(a); b();"]),
        (["a();", "console.log(", "    a", ");"], ["a();", "console.log(", "    a", ");"]),
    ],
    ids=["a call", "two in a block", "a comment", "the body of an if", "an expression", "not alone", "several lines"],
)
def test_remove_console_calls(before, after):
    assert code(*after) == remove_console_calls(code(*before))


def test_only_code_is_touched():
    readme = SourceTree((SourceFile("README.md", "x;\nconsole.log(1);\n"),))

    assert readme == remove_console_calls(readme)


@pytest.mark.parametrize("fix", SPEC_FIXES.values(), ids=SPEC_FIXES)
def test_a_specification_that_is_fine_stays_the_same(make_spec, fix):
    assert make_spec() == fix(make_spec())


@pytest.mark.parametrize("fix", CODE_FIXES.values(), ids=CODE_FIXES)
def test_code_that_is_fine_stays_the_same(fix):
    assert code("a();") == fix(code("a();"))


async def test_every_fix_a_rule_names_is_there(knowledge):
    specification = {rule.fix for rule in await knowledge.specification_rules() if rule.fix}
    generated = {rule.fix for rule in await knowledge.code_rules() if rule.fix}

    assert specification <= SPEC_FIXES.keys()
    assert generated <= CODE_FIXES.keys()
