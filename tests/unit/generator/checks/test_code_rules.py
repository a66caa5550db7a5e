"""Every rule that judges code fires on a control that breaks it, and none on what is generated."""

import asyncio
import json
import re

import pytest
from pcf_generator.checks.inspector import Inspector
from pcf_generator.domain.fixes import CODE_FIXES
from pcf_generator.domain.judging import judge

SCOPE = r".PcfBuilder\.StarRating"


def replacing(old, new):
    return lambda control: control.with_code(lambda code: code.replace(old, new))


def matching(pattern, new):
    return lambda control: control.with_code(lambda code: re.sub(pattern, new, code))


def holding(statement):
    return lambda control: control.with_statement(statement)


def styled(rule):
    return lambda control: control.with_style(rule)


def restyled(old, new):
    return lambda control: control.with_styles(lambda styles: styles.replace(old, new))


def depending_on(control):
    def change(text):
        return json.dumps({**json.loads(text), "dependencies": {"lodash": "^4.0.0"}})

    return control.with_file("package.json", change)


MUTATIONS = [
    ("PCF_LIFECYCLE_001", "no destroy", replacing("destroy(", "dispose(")),
    ("PCF_LIFECYCLE_001", "no getOutputs", replacing("getOutputs(", "outputs(")),
    ("PCF_LIFECYCLE_002", "no container", matching(r"\.(container|root|host)\b", r".the_\1")),
    ("PCF_LIFECYCLE_003", "an output that is not declared", matching(r"return \{ value", "return { extra: 1, value")),
    ("PCF_LIFECYCLE_003", "an undeclared output in a branch", matching(
        r"return (\{ value[^;]*);", r"return this.x ? { extra: 1 } : \1;")),
    ("PCF_LIFECYCLE_004", "listeners stay", replacing("this.lifetime.abort();", "")),
    ("PCF_LIFECYCLE_004", "a timer stays", holding("setInterval(() => undefined, 50);")),
    ("PCF_LIFECYCLE_004", "a frame stays", holding("requestAnimationFrame(added);")),
    ("PCF_STRUCTURE_001", "class renamed", replacing("export class StarRating", "export class Stars")),
    ("PCF_STRUCTURE_001", "class not exported", replacing("export class StarRating", "class StarRating")),
    ("PCF_STRUCTURE_001", "a second export", matching(r"\Z", "export const extra = 1;\n")),
    ("PCF_STRUCTURE_001", "code that does not parse", matching(r"\Z", "}\n")),
    ("PCF_STRUCTURE_001", "styles that do not parse", styled("}")),
    ("PCF_A11Y_101", "no keyboard", replacing('"keydown"', '"wheel"')),
    ("PCF_A11Y_101", "a div in the role of a button", lambda control: control.with_code(
        lambda code: code.replace('"keydown"', '"wheel"').replace('"radio"', '"button"'))),
    ("PCF_A11Y_002", "no visible focus", restyled(":focus", ":hover")),
    ("PCF_A11Y_003", "no name", replacing('"aria-label"', '"data-label"')),
    ("PCF_A11Y_003", "no localised text", replacing(".getString(", ".toString(")),
    ("PCF_A11Y_104", "no announcement", matching(r'"(aria-live|role)"', r'"data-\1"')),
    ("PCF_A11Y_006", "colour alone", replacing('"aria-', '"data-')),
    ("PCF_A11Y_007", "a role of no one", replacing('"radiogroup"', '"starfield"')),
    ("PCF_A11Y_007", "a role of no one in a branch", replacing('"radiogroup"', 'this.x ? "radiogroup" : "starfield"')),
    ("PCF_A11Y_007", "a role in an object", holding('setAttributes(element, { role: "starfield" });')),
    ("PCF_A11Y_008", "a state that is not kept", replacing('"aria-checked"', '"data-checked"')),
    ("PCF_A11Y_109", "no high contrast", restyled("forced-colors", "hover")),
    ("PCF_A11Y_110", "motion for everyone", styled(f"{SCOPE} .star {{ transition: color 100ms; }}")),
    ("PCF_PERF_001", "a huge file", styled(f"/* {'x' * 2**20} */")),
    ("PCF_PERF_003", "a long loop", holding("for (let i = 0; i < 5000; i++) added();")),
    ("PCF_PERF_003", "a long loop in digits", holding("for (let i = 0; i <= 5_000; i++) added();")),
    ("PCF_PERF_003", "a long loop in hexadecimal", holding("for (let i = 0; 0x1388 > i; i++) added();")),
    ("PCF_PERF_003", "a long while", holding("while (n < 1e6) n++;")),
    ("PCF_PERF_003", "a loop to infinity", holding("for (let i = 0; i < 1e999; i++) added();")),
    ("PCF_PERF_004", "drawn anew", matching(r"(updateView\([^{]*\{)", r"\1\n        this.root.replaceChildren();")),
    ("PCF_PERF_005", "url()", styled(f"{SCOPE} .star {{ background: url(https://example.com/a.png); }}")),
    ("PCF_PERF_005", "URL()", styled(f'{SCOPE} .star {{ background: URL("//example.com/a.png"); }}')),
    ("PCF_PERF_005", "image-set()", styled(f'{SCOPE} .star {{ background: image-set("//example.com/a.png" 1x); }}')),
    ("PCF_PERF_005", "@import", styled('@IMPORT "https://example.com/a.css";')),
    ("PCF_PERF_005", "@font-face", styled("@font-face { font-family: x; }")),
    ("PCF_PERF_005", "fetch", holding('void fetch("/api");')),
    ("PCF_PERF_008", "console", holding("console.log(1);")),
    ("PCF_PERF_008", "console in an expression", holding("const log = console.log;")),
    ("PCF_PERF_008", "console by brackets", holding('window.console["log"](1);')),
    ("PCF_PERF_009", "notifying by the way", matching(
        r"this\.listen\(\);", 'this.listen(); this.root.addEventListener("pointermove", this.notifyOutputChanged);')),
    ("PCF_PERF_009", "notifying by a method", matching(
        r"this\.listen\(\);", 'this.listen(); this.root.addEventListener("pointermove", (event) => this.send());')),
    ("PCF_PERF_010", "while (true)", holding("while (true) added();")),
    ("PCF_PERF_010", "while (1)", holding("while (1) added();")),
    ("PCF_PERF_010", "do while (true)", holding("do added(); while (true);")),
    ("PCF_PERF_010", "for (;;)", holding("for (;;) added();")),
    ("PCF_PERF_011", "a slow transition", styled(f"{SCOPE} .star {{ transition: color 0.8s; }}")),
    ("PCF_PERF_011", "a slow animation", styled(f"{SCOPE} .star {{ ANIMATION: spin .6S; }}")),
    ("PCF_SECURITY_101", "fetch", holding('void fetch("/api");')),
    ("PCF_SECURITY_101", "fetch by brackets", holding('void window["fetch"]("/api");')),
    ("PCF_SECURITY_101", "fetch by another name", holding("const load = fetch;")),
    ("PCF_SECURITY_101", "XMLHttpRequest", holding("new XMLHttpRequest();")),
    ("PCF_SECURITY_101", "WebSocket", holding('new WebSocket("wss://example.com");')),
    ("PCF_SECURITY_101", "sendBeacon", holding('navigator.sendBeacon("/api");')),
    ("PCF_SECURITY_102", "eval", holding('eval("1");')),
    ("PCF_SECURITY_102", "indirect eval", holding('(0, eval)("1");')),
    ("PCF_SECURITY_102", "eval by brackets", holding('window["eval"]("1");')),
    ("PCF_SECURITY_102", "eval by another name", holding("const run = eval;")),
    ("PCF_SECURITY_102", "Function", holding('new Function("1");')),
    ("PCF_SECURITY_102", "a timer of text", holding('setTimeout("added()", 1);')),
    ("PCF_SECURITY_102", "a handler in an attribute", holding('element.setAttribute("onclick", "added()");')),
    ("PCF_SECURITY_102", "a handler by a helper", holding('setAttribute(element, "onClick", "added()");')),
    ("PCF_SECURITY_102", "a handler in an object", holding('setAttributes(element, { onclick: "added()" });')),
    ("PCF_SEC_002", "a library", matching(r"\A", 'import * as lodash from "lodash";\n')),
    ("PCF_SEC_002", "a file outside", matching(r"\A", 'import { x } from "./../x";\n')),
    ("PCF_SEC_002", "a late import", holding('void import("https://example.com/a.js");')),
    ("PCF_SEC_002", "require", holding('require("fs");')),
    ("PCF_SEC_003", "innerHTML", holding('element.innerHTML = "<b>";')),
    ("PCF_SEC_003", "innerHTML by brackets", holding('element["innerHTML"] = "<b>";')),
    ("PCF_SEC_003", "insertAdjacentHTML", holding('element.insertAdjacentHTML("beforeend", text);')),
    ("PCF_SEC_003", "srcdoc", holding("frame.srcdoc = text;")),
    ("PCF_SEC_004", "a key", holding('const key = "sk-abcdefghijklmnop1234";')),
    ("PCF_SEC_004", "a key in a template", holding("const key = `Bearer AKIAABCDEFGHIJKLMNOP`;")),
    ("PCF_SEC_004", "a private key", holding('const key = "-----BEGIN RSA PRIVATE KEY-----";')),
    ("PCF_SEC_005", "document.write", holding('document.write("x");')),
    ("PCF_SEC_005", "document.writeln of a window", holding('window.document.writeln("x");')),
    ("PCF_SEC_005", "document.write by brackets", holding('document["write"]("x");')),
    ("PCF_SEC_005", "execCommand", holding('document.execCommand("copy");')),
    ("PCF_SEC_006", "a dependency", depending_on),
    ("PCF_SEC_008", "localStorage", holding('localStorage.setItem("a", "b");')),
    ("PCF_SEC_008", "sessionStorage", holding('window.sessionStorage.setItem("a", "b");')),
    ("PCF_SEC_008", "a cookie", holding('document.cookie = "a=b";')),
    ("PCF_SEC_008", "indexedDB", holding('indexedDB.open("a");')),
    ("PCF_SEC_009", "an element", styled("body { margin: 0; }")),
    ("PCF_SEC_009", "one of several", styled(f"{SCOPE} .a, div {{ margin: 0; }}")),
    ("PCF_SEC_009", "in @media", styled("@media (min-width: 1px) { body { margin: 0; } }")),
    ("PCF_SEC_009", "in @layer", styled("@layer a { body { margin: 0; } }")),
    ("PCF_SEC_009", "in @container", styled("@container (min-width: 1px) { body { margin: 0; } }")),
    ("PCF_SEC_009", "another control", styled(f"{SCOPE}Two .a {{ margin: 0; }}")),
]  # fmt: skip


@pytest.fixture(scope="session")
def broken(knowledge):
    """The rules that a tree breaks."""
    rules = asyncio.run(knowledge.code_rules())

    def find(tree):
        verdict = judge(tree, rules, facts=Inspector().facts, fixes=CODE_FIXES)
        return {result.rule_id for result in verdict.results if result.result != "passed"}

    return find


@pytest.mark.parametrize(
    ("rule_id", "mutate"), [(rule, change) for rule, _, change in MUTATIONS], ids=[f"{m[0]}: {m[1]}" for m in MUTATIONS]
)
def test_fires_on(control, broken, rule_id, mutate):
    assert rule_id in broken(mutate(control))


def test_every_rule_has_a_control_that_breaks_it(knowledge):
    assert {rule.id for rule in asyncio.run(knowledge.code_rules())} == {rule for rule, _, _ in MUTATIONS}


HARMLESS = [
    ("a comment", holding("// eval fetch innerHTML console.log document.write(1) while (true) localStorage")),
    ("a comment of several lines", holding("/* document.write(1) */")),
    ("a text", holding('say("eval(1), fetch, innerHTML, localStorage and document.write(1)");')),
    ("a value that begins with on", holding('setAttribute(element, "data-state", "on");')),
    ("a name that only begins alike", holding("this.fetchLabel(); this.evaluate(); cookies.eat();")),
    ("a short loop", holding("for (let i = 0; i < 1000; i++) added();")),
    ("a timer that is cleared", holding("clearInterval(setInterval(added, 50));")),
    ("a helper's own result", holding("return { left: 1, right: 2 };")),
    ("a helper class", matching(r"export class", "class Helper {}\n\nexport class")),
    ("moving without telling", matching(
        r"this\.listen\(\);", 'this.listen(); this.root.addEventListener("pointermove", () => this.draw());')),
    ("a scoped rule in a group", styled(f"@supports (gap: 1px) {{ {SCOPE} .a {{ gap: 1px; }} }}")),
    ("a scope with a state", styled(f"{SCOPE}:hover .a, {SCOPE}[dir] > .b {{ gap: 1px; }}")),
    ("a quick and kind motion", styled(
        "@media (prefers-reduced-motion: no-preference) { " + SCOPE + " .a { transition: color 120ms; } }")),
]  # fmt: skip


@pytest.mark.parametrize("change", [change for _, change in HARMLESS], ids=[name for name, _ in HARMLESS])
def test_no_rule_fires_on(control, broken, change):
    assert broken(change(control)) == set()


@pytest.mark.parametrize("kind", ["star rating", "slider", "toggle", "email input", "choice buttons", "progress bar"])
@pytest.mark.parametrize("wish", ["{}", "read-only {}", "required, polished {}", "simple {}"])
def test_no_rule_fires_on_what_is_generated(generated, broken, kind, wish):
    assert broken(generated(wish.format(kind))) == set()
