"""Code gets the project's files and the platform's libraries, and nothing else: told before any compiler reads it."""

import pytest
from pcf_generator.compiler.sources import dynamic_code, import_faults, library_imports, style_imports

PATH = "Dial/parts/view.ts"
NOT_THERE = "is neither in the project nor among the platform's libraries it names"
FORBIDDEN = [
    "node:fs",
    "fs",
    "/etc/passwd",
    "../../../etc/passwd",
    "../../..",
    "https://example.org/x.js",
    "data:text/javascript,alert(1)",
    "react-dom",
    "react/../../../etc/passwd",
    "reactive",
    "@types/node",
    "#inner",
    "",
]


def faults(text, *, libraries=("react",), path=PATH):
    return list(import_faults(path, text, libraries))


@pytest.mark.parametrize("name", FORBIDDEN)
@pytest.mark.parametrize(
    "form",
    [
        'import "{}";',
        'import x from "{}";',
        'import type {{ X }} from "{}";',
        'import x = require("{}");',
        'export * from "{}";',
        'export {{ x }} from "{}";',
        'void import("{}");',
        'require("{}");',
        'type X = import("{}").Y;',
        'type X = typeof import("{}");',
        'declare module "{}" {{}}',
    ],
)
def test_what_is_outside_is_refused(name, form):
    assert [line.split(": ", 1)[1] for line in faults(form.format(name))] == [f"error: {name} {NOT_THERE}"]


@pytest.mark.parametrize("name", ["./a", "../a", "../../a", "../index", "./a.css", "react", "react/x"])
def test_what_is_inside_may_be_had(name):
    assert [] == faults(f'import "{name}";\nexport * from "{name}";\nvoid import("{name}");')


@pytest.mark.parametrize(
    "code",
    ["void import(name);", "require('a' + b);", "void import(`./a`);", 'import "\\x2e./../../etc";', "require(x())"],
)
def test_a_name_that_is_no_plain_text_is_refused(code):
    assert [line.split(": ", 1)[1] for line in faults(code)] == ["error: only a plain text may be imported"]


def test_a_backslash_is_no_part_of_a_path():
    assert len(faults('import "..\\\\..\\\\x";')) == 1


@pytest.mark.parametrize(
    "code",
    ['/// <reference path="/etc/passwd" />', '///<reference types="node" />', '/// <amd-dependency path="x" />'],
)
def test_a_comment_may_not_ask_for_files(code):
    assert faults(code) == [f"{PATH}(1,1): error: a comment may not ask for files"]


@pytest.mark.parametrize("switch", ["@ts-nocheck", "@ts-ignore", "@ts-expect-error", "@jsxImportSource", "@jsxRuntime"])
@pytest.mark.parametrize("form", ["// {} x", "/* {} x */", "/** {} x */"])
def test_a_comment_may_not_switch_checks_off(switch, form):
    assert faults(f"\n  {form.format(switch)}") == [f"{PATH}(2,3): error: {switch} is not allowed"]


def test_texts_and_comments_are_not_imports():
    assert [] == faults("""const x = 'import "fs"'; // import "fs"\n/* require("fs") */ const y = `require("fs")`;""")


def test_elements_are_read_too():
    assert len(faults('import "fs";\nconst x = <p>import "os"</p>;', path="Dial/view.tsx")) == 1


def test_finds_the_style_sheets():
    assert ["Dial/css/a.css", "Dial/parts/b.css"] == list(
        style_imports(PATH, 'import "../css/a.css"; import "./b.css";')
    )


def test_finds_what_is_imported_of_libraries():
    code = (
        'import { A, B as C } from "x"; import * as D from "y"; import { E } from "./e"; import type { F } from "z/f";'
    )
    assert {("x", "A"), ("x", "B"), ("y", "*"), ("z/f", "F")} == set(library_imports(PATH, code))


@pytest.mark.parametrize(
    "script",
    [
        "eval('1')",
        "(0,eval)('1')",
        "window.eval('1')",
        "new Function('1')",
        "Function('1')()",
        "new window.Function('1')",
        "const e=eval;",
    ],
)
def test_finds_code_that_is_made_of_texts(script):
    assert dynamic_code(script)


@pytest.mark.parametrize(
    "script", ["x instanceof Function", "'eval(1)'", "/* eval(1) */", "typeof x=='function'", "evaluate()"]
)
def test_passes_what_only_looks_like_it(script):
    assert not dynamic_code(script)
