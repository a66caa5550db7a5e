"""Facts about TypeScript; comments and texts never mislead."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.checks.typescript import facts


def fact(name, source):
    return facts(source)[name]


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("parses", "const a = 1;", True),
        ("parses", "const a = ;", False),
        ("parses", "class A {", False),
        ("className", "export class A {}", "A"),
        ("className", "class Helper {} export class A {}", "A"),
        ("className", "export class A<T> extends B implements C {}", "A"),
        ("className", "export default class A {}", "A"),
        ("className", "class A {}", ""),
        ("className", "// export class A {}", ""),
        ("exportCount", "export class A {} export const b = 1;", 2),
        ("exportCount", "export class A {} export { A };", 2),
        ("exportCount", "class A {}", 0),
        ("imports", 'import { a } from "./a"; import b = require("b");', ["./a", "b"]),
        ("imports", 'import type { a } from "./a";', ["./a"]),
        ("imports", 'import("c").then(d); require("e");', ["c", "e"]),
        ("imports", 'const text = "import x";', []),
        ("methods", "class A { b() {} private c() {} static d() {} }", ["b", "c", "d"]),
        ("assigned", "class A { b() { this.c = 1; x.d = 2; e = 3; } }", ["c", "d"]),
        ("returned", "class A { getOutputs() { return { a: 1, b }; } c() { return { d: 1 }; } }", ["a", "b"]),
        ("returned", "class A { getOutputs() { return x ? { a: 1 } : { b: { c: 1 } }; } }", ["a", "b"]),
        ("returned", "class A { getOutputs() { return {}; } }", []),
        ("returned", "class A { c() { return { d: 1 }; } }", []),
    ],
)
def test_shape(name, source, expected):
    assert expected == fact(name, source)


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("network", "fetch(a); new WebSocket(b);", ["WebSocket", "fetch"]),
        ("network", 'self["fetch"](a); // XMLHttpRequest', ["fetch"]),
        ("network", "this.fetchLabel(); prefetch();", []),
        ("dynamicCode", "eval(a); new Function(b);", ["Function", "eval"]),
        ("dynamicCode", "setTimeout('a()', 1); setInterval(b, 1);", ["setTimeout"]),
        ("dynamicCode", "let f: Function;", []),
        ("markupSinks", "a.innerHTML = b; c['outerHTML'];", ["innerHTML", "outerHTML"]),
        ("documentWrites", "document.write(a); window.document.writeln(b);", ["write", "writeln"]),
        ("documentWrites", "writer.write(a); this.document2.write(b); // document.open()", []),
        ("storage", "localStorage.a; document.cookie;", ["cookie", "localStorage"]),
        ("consoleCalls", "console.log(a); window.console.warn(b);", 2),
        ("consoleCalls", "// console.log(a)", 0),
        ("consoleCalls", 'say("console.log(a)");', 0),
        ("secrets", 'const a = "ghp_abcdefghijklmnop123456";', 1),
        ("secrets", "const a = `x ${b} sk-abcdefghijklmnop1234`;", 1),
        ("secrets", 'const a = "skeleton-of-a-very-long-name";', 0),
        ("endlessLoops", "while (true) {} for (;;) {} do {} while (1);", 3),
        ("endlessLoops", "while (a) {} for (const b of c) {} for (;d;) {}", 0),
        ("longestLoop", "for (let i = 0; i < 5; i++) {} for (let i = 0; i < 7; i++) {}", 7),
        ("longestLoop", "for (let i = 0; i < 1_000n; i++) {}", 1000),
        ("longestLoop", "for (let i = 0; i < 0xff; i++) {}", 255),
        ("longestLoop", "for (let i = 0; i < 0b101; i++) {}", 5),
        ("longestLoop", "for (let i = 0; i < 1.5e3; i++) {}", 1500),
        ("longestLoop", "for (let i = 0; i < n; i++) {}", 0),
        ("longestLoop", "while (i < 2000) {}", 2000),
    ],
)
def test_dangers(name, source, expected):
    assert expected == fact(name, source)


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("listeners", "a.addEventListener('b', c); d.addEventListener('e', f);", 2),
        ("interactive", "a.click();", False),
        ("interactive", "a.addEventListener('b', c);", True),
        ("removesListeners", "a.removeEventListener('b', c);", True),
        ("removesListeners", "this.lifetime.abort();", True),
        ("removesListeners", "new AbortController();", False),
        ("timers", "setInterval(a, 1); setTimeout(b, 1);", ["setInterval"]),
        ("timers", "requestAnimationFrame(b);", ["requestAnimationFrame"]),
        ("clearsTimers", "cancelAnimationFrame(a);", True),
        ("clearsTimers", "clearTimeout(a);", False),
        ("usesStrings", "context.resources.getString('a');", True),
        ("usesStrings", "'getString'", False),
    ],
)  # fmt: skip
def test_upkeep(name, source, expected):
    assert expected == fact(name, source)


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("attributes", "a.setAttribute('dir', 'rtl'); setAttribute(b, 'role', 'img');", ["dir", "role"]),
        ("attributes", "setAttributes(a, { dir: b, 'aria-label': c });", ["aria-label", "dir"]),
        ("attributes", "toggle(a, 'aria-checked');", ["aria-checked"]),
        ("attributes", "a.setAttribute('data-state', 'on');", ["data-state"]),
        ("handlerAttributes", "a.setAttribute('onclick', 'b()'); setAttributes(c, { onload: 'd' });", 2),
        (
            "handlerAttributes",
            "a.setAttribute('data-state', 'on'); b.addEventListener('click', on, { once: true });",
            0,
        ),
        ("roles", "a.setAttribute('role', 'img'); setAttribute(b, \"role\", \"radio\");", ["img", "radio"]),
        ("roles", "a.setAttribute('role', b ? 'switch' : 'img');", ["img", "switch"]),
        ("roles", "setAttributes(a, { role: 'slider' });", ["slider"]),
        ("roles", "a.setAttribute('role', b); unset(c, 'role', 'dir');", []),
        ("elements", "document.createElement('button'); make('input');", ["button", "input"]),
        ("elements", "a.setAttribute('role', 'button');", []),
        ("elements", "a.setAttribute('role', 'button'); make('button');", ["button"]),
        ("elements", "// 'button'", []),
        ("events", "a.addEventListener('keydown', b, { signal });", ["keydown"]),
        ("events", "dispatch('keydown');", []),
    ],
)
def test_markup(name, source, expected):
    assert expected == fact(name, source)


MOVING = "class A {{ init() {{ this.root.addEventListener('pointermove', {}); }} {} }}"


@pytest.mark.parametrize(
    ("handler", "methods", "expected"),
    [
        ("this.notifyOutputChanged", "", True),
        ("() => this.notifyOutputChanged()", "", True),
        ("this.onMove", "private onMove = () => { this.notifyOutputChanged(); };", True),
        ("(event) => this.onMove(event)", "onMove() { this.send(); } send() { this.notifyOutputChanged(); }", True),
        ("(event) => this.onMove(event)", "onMove() { this.draw(); } draw() { this.onMove(); }", False),
        ("this.onMove", "onMove() {} send() { this.notifyOutputChanged(); }", False),
    ],
)
def test_notifying_while_the_pointer_moves(handler, methods, expected):
    assert expected == fact("notifiesOnMove", MOVING.format(handler, methods))


def test_notifying_at_the_end_of_a_movement_is_fine():
    assert not fact("notifiesOnMove", "a.addEventListener('pointerup', this.notifyOutputChanged);")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("class A { updateView() { this.root.replaceChildren(); } }", 1),
        ("class A { init() { this.root.replaceChildren(); } updateView() {} }", 0),
        ("class A { private updateView = () => { this.root.replaceChildren(); }; }", 1),
    ],
)
def test_rebuilding_in_update_view(source, expected):
    assert expected == fact("rebuildsInUpdateView", source)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.text(alphabet="for(;<1e9)while{}'`\"$/*.ax=>class \n", max_size=60)
    | st.text(max_size=30).filter(str.isprintable)
)
def test_anything_can_be_looked_at(source):
    assert facts(source)["parses"] in {True, False}
