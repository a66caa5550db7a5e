"""Facts about a style sheet."""

import pytest
from pcf_generator.checks.stylesheet import facts

SCOPE = r".Ns\.Dial"


def fact(name, source):
    return facts(source.replace("&", SCOPE), scope=SCOPE)[name]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("& .a { color: red; }", []),
        ("& { color: red; }", []),
        ("&.dark .a, &:hover, &[dir] {}", []),
        ("&::before, & > .a, &~.a, &+.a {}", []),
        ("body {}", ["body"]),
        ("& .a, .b {}", [".b"]),
        (".a & {}", [r".a .Ns\.Dial"]),
        ("&Two .a {}", [r".Ns\.DialTwo .a"]),
        ("&-two .a {}", [r".Ns\.Dial-two .a"]),
        (r"&\.x .a {}", [r".Ns\.Dial\.x .a"]),
        (".Ns.Dial .a {}", [".Ns.Dial .a"]),
        ("& .a:is(.b, .c) {}", []),
        ("@media print { body {} & {} }", ["body"]),
        ("@media print { @supports (gap: 1px) { body {} } }", ["body"]),
        ("@layer x { body {} }", ["body"]),
        ("@container (width > 1px) { body {} }", ["body"]),
        ("@starting-style { body {} }", ["body"]),
        ("@MEDIA print { body {} }", ["body"]),
        ("@keyframes x { from { top: 0 } to { top: 1px } }", []),
        ("/* body {} */", []),
    ],
)
def test_unscoped(source, expected):
    assert expected == fact("unscoped", source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("& { background: url(a.png) }", ["a.png"]),
        ('& { background: URL("a.png") }', ['"a.png"']),
        ("& { background: u\\72l(a.png) }", ["a.png"]),
        ('& { background: image-set("a.png" 1x) }', ['"a.png" 1x']),
        ("& { --url: none }", []),
        ("/* url(a.png) */", []),
    ],
)
def test_urls(source, expected):
    assert expected == fact("urls", source)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("& { transition: color 120ms }", 120.0),
        ("& { transition: color 0.8s, top 1s }", 1000.0),
        ("& { transition-duration: .6s }", 600.0),
        ("& { animation: spin 2S linear }", 2000.0),
        ("& { animation-delay: 300MS }", 300.0),
        ("& { margin: 5px; --wait: 9s }", 0.0),
        ("", 0.0),
    ],
)
def test_longest_motion(source, expected):
    assert expected == fact("longestMotionMs", source)


@pytest.mark.parametrize(
    ("name", "source", "expected"),
    [
        ("parses", "& { color: red }", True),
        ("parses", "& { color: red } }", False),
        ("parses", "& .a", False),
        ("focusVisible", "&:focus-visible { outline: 2px solid }", True),
        ("focusVisible", "& :focus { outline: 2px solid }", True),
        ("focusVisible", "@media print { & :focus {} }", True),
        ("focusVisible", "& .focus {}", False),
        ("focusVisible", "/* :focus */", False),
        ("forcedColors", "@media (forced-colors: active) { & {} }", True),
        ("forcedColors", "@MEDIA (FORCED-COLORS: active) { & {} }", True),
        ("forcedColors", "& {}", False),
        ("reducedMotion", "@media (prefers-reduced-motion: reduce) { & {} }", True),
        ("reducedMotion", "& {}", False),
        ("moves", "& { transition: none }", True),
        ("moves", "& { ANIMATION: x 1s }", True),
        ("moves", "& { color: red }", False),
        ("imports", '@import "a.css";', True),
        ("imports", '@IMPORT "a.css";', True),
        ("imports", "& {}", False),
        ("fonts", "@Font-Face { font-family: x }", True),
        ("fonts", "& { font: inherit }", False),
        ("physicalSides", "& { margin-left: 1px; right: 0; text-align: left }", ["margin-left", "right"]),
        ("physicalSides", "& { margin-inline-start: 1px; inset-inline-end: 0 }", []),
    ],
)
def test_says(name, source, expected):
    assert expected == fact(name, source)


@pytest.mark.parametrize("source", ["", "}", "@", "{{{{", "& { color: url(' }", "\\", "\x00", "<!-- -->", "/*"])
def test_anything_can_be_looked_at(source):
    assert fact("unscoped", source) is not None
