"""TypeScript, read into what the facts are computed from."""

import pytest
from pcf_generator.checks.syntax import Call, read


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f('a')", [Call("f", "a", "", leads=True)]),
        ("x.f('a', b)", [Call("f", "a", "b", leads=True)]),
        ("f(x, 'a', 'b')", [Call("f", "a", "'b'", leads=False)]),
        ("f(x, 'a', () => 'b')", [Call("f", "a", "() => 'b'", leads=False)]),
        ("f(x)", []),
        ("f(`a`)", []),
        ("f('')", [Call("f", "", "", leads=True)]),
    ],
)
def test_calls_with_a_text(source, expected):
    assert expected == read(source).calls


def test_attributes_of_both_ways():
    source = "el.setAttribute('dir', 'rtl'); setAttributes(el, { role: 'img', 'aria-label': say() }); f({ a: 1 });"

    assert [("role", "'img'"), ("aria-label", "say()"), ("dir", "'rtl'")] == read(source).attributes


def test_members_with_their_owners():
    assert {("a", "b"), ("a.b", "c"), ("d", "e")} == read("a.b.c; d['e'];").members


def test_methods_with_their_source():
    syntax = read("class A { b() { return 1; } c = () => 2; d = 3; }")

    assert {"b", "c"} == syntax.methods.keys()
    assert "b() { return 1; }" == syntax.methods["b"]


def test_a_comment_is_in_nothing():
    syntax = read("// f('a'); class A {}\n/* export class B {} */")

    assert ({}, [], {}, frozenset()) == (syntax.found, syntax.calls, syntax.methods, syntax.members)
    assert syntax.parses
