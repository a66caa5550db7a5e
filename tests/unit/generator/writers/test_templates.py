"""A template cannot put a value into a file but through the writer of the file's language."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.domain.source import Template
from pcf_generator.ports.rendering import TemplateFault
from pcf_generator.writers import css
from pcf_generator.writers.templates import render

HOSTILE = '"; alert(1); //<b>*'
CONTEXT = {
    "text": HOSTILE,
    "number": 5,
    "items": ["a", HOSTILE],
    "colour": "#0F6CBD",
    "control": {"name": "StarRating", "scope": css.scope("PcfBuilder", "StarRating"), "displayName": HOSTILE},
}
STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
QUOTED = r'"\"; alert(1); //<b>*"'


def rendered(source, path="capabilities/dial/index.ts.j2", **context):
    return render(Template(path, "", source), {**CONTEXT, **context})


def refused(source, path="capabilities/dial/index.ts.j2", **context):
    """What a template is refused with; the file is always named."""
    with pytest.raises(TemplateFault) as fault:
        rendered(source, path, **context)
    assert str(fault.value).startswith(path)
    return str(fault.value)


@pytest.mark.parametrize(
    ("path", "source", "expected"),
    [
        ("a.ts.j2", "const a = {{ text }};", f"const a = {QUOTED};"),
        ("a.ts.j2", "class {{ control.name | identifier }} {}", "class StarRating {}"),
        ("a.css.j2", "{{ control.scope }} { color: {{ colour }} }", r".PcfBuilder\.StarRating { color: #0F6CBD }"),
        ("a.xml.j2", '<a b="{{ text }}"/>', '<a b="&quot;; alert(1); //&lt;b&gt;*"/>'),
        ("a.resx.j2", "<a>{{ text }}</a>", "<a>&quot;; alert(1); //&lt;b&gt;*</a>"),
        ("a.pcfproj.j2", "<a>{{ number }}</a>", "<a>5</a>"),
        ("a.json.j2", '{"a": {{ text }}}', r'{"a": "\"; alert(1); //<b>*"}'),
        ("a.md.j2", "- {{ text }}", '- "; alert\\(1\\); //\\<b\\>\\*'),
        ("a.md.j2", "{{ control.name | code }}", "`StarRating`"),
        ("a.txt", "{{ text }} {% if", "{{ text }} {% if"),
        ("eslint.config.mjs", "{{ text }}", "{{ text }}"),
    ],
)
def test_each_language_has_its_writer(path, source, expected):
    assert expected == rendered(source, path)


def test_blocks_leave_no_empty_lines_and_the_last_line_stays():
    source = "a\n  {% if number == 5 %}\nb\n  {% endif %}\n{% for item in ['x'] %}\n{{ item }}\n{% endfor %}\nc\n"

    assert rendered(source) == 'a\nb\n"x"\nc\n'


@pytest.mark.parametrize(
    "source",
    [
        "{{ text ~ text }}",
        "{{ text + text }}",
        "{{ '%s' % text }}",
        "{{ '{}'.format(text) }}",
        "{{ text.format() }}",
        "{{ text.upper() }}",
        "{{ items | first }}",
        "{{ items[1] }}",
        "{{ items | last }}",
        "{{ items[-1] }}",
        "{{ text if number else number }}",
        "{{ (text, text)[0] }}",
        "{{ [text][0] }}",
        "{{ {'a': text}['a'] }}",
        "{{ {'a': text}.a }}",
        "{{ ''.join([text, text]) }}",
        "{{ control.displayName }}",
        "{{ control['displayName'] }}",
        "{{ control.get('displayName') }}",
        "{{ text[:] }}",
        "{% set x = text %}{{ x }}",
        "{% set x %}{{ text }}{% endset %}{{ x }}",
        "{% for item in items %}{{ item }}{% endfor %}",
        "{% macro say(x) %}{{ x }}{% endmacro %}{{ say(text) }}",
        "{% with x = text %}{{ x }}{% endwith %}",
        "{% block b %}{{ text }}{% endblock %}",
        "{% block b %}{{ text }}{% endblock %}{{ self.b() }}",
        "{{ nothing is defined or text }}",
        "{{ control.scope ~ text }}",
        "{{ text ~ control.scope }}",
        "{{ control.scope + text }}",
        "{{ control.scope.replace('P', text) }}",
        "{{ control.scope.format(text) }}",
        "{{ control.scope.join([text, text]) }}",
        "{{ control.scope.partition('.') | last }}",
        "{{ (control.name | identifier) ~ text }}",
        "{{ (control.name | identifier) + text }}",
        "{{ (control.name | identifier).replace('S', text) }}",
        "{{ (control.name | identifier).join([text]) }}",
        "{{ (control.name | identifier).format(text) }}",
        "{{ [control.name | identifier, text] | last }}",
        "{{ [control.name | identifier, text] }}",
    ],
)
def test_a_raw_value_never_comes_out(source):
    """Written once or twice, or refused: outside of strings there is nothing of it."""
    try:
        output = rendered(source)
    except TemplateFault:
        return
    assert "alert" not in STRING.sub("", output)


@pytest.mark.parametrize(
    "source",
    [
        "{% call text.format() %}{% endcall %}",
        "{% macro say() %}{{ caller() }}{% endmacro %}{% call say() %}{{ text }}{% endcall %}",
        "{% filter first %}{{ text }}{% endfilter %}",
        "{% if number %}{% call text.format() %}{% endcall %}{% endif %}",
        "{% autoescape true %}{{ text }}{% endautoescape %}",
        "{% autoescape false %}{{ text }}{% endautoescape %}",
        "{% macro a() %}{% filter last %}x{% endfilter %}{% endmacro %}",
    ],
)
def test_what_jinja_prints_by_itself_is_refused(source):
    assert "not allowed" in refused(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ text | safe }}",
        "{{ text | escape }}",
        "{{ text | format }}",
        "{{ text | tojson }}",
        "{{ text | replace('a', 'b') }}",
        "{{ text | string }}",
        "{{ items | join }}",
        "{{ items | map(attribute='x') | list }}",
        "{{ text | attr('__class__') }}",
        "{{ text | code }}",
        "{{ range(3) }}",
        "{{ lipsum() }}",
        "{{ dict(a=1) }}",
        "{{ cycler('a') }}",
        "{{ namespace() }}",
    ],
)
def test_jinjas_own_filters_and_globals_are_not_there(source):
    refused(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ text.__class__ }}",
        "{{ text.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ text['__class__'] }}",
        "{{ control.scope.__class__('x', 'typescript') }}",
        "{{ control.__init__.__globals__ }}",
        "{{ items.append(text) }}",
        "{{ items.clear() }}",
        "{{ control.update(a=1) }}",
        "{{ control.pop('name') }}",
        "{{ '{0.__class__}'.format(text) }}",
        "{{ '{a.__class__}'.format(a=text) }}",
        "{{ '{0.__class__}'.format_map({'0': text}) }}",
        "{{ self._TemplateReference__context }}",
        "{{ loop.__class__ }}",
        "{% for i in items %}{{ loop._iterable }}{% endfor %}",
        "{{ text.encode() }}",
        "{{ control.items() }}",
        "{{ text.format }}",
        "{{ control }}",
    ],
)
def test_the_sandbox_holds(source):
    refused(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% include 'index.ts.j2' %}",
        "{% import 'index.ts.j2' as x %}",
        "{% from 'index.ts.j2' import x %}",
        "{% extends 'index.ts.j2' %}",
        "{% include text %}",
    ],
)
def test_a_template_reads_no_other(source):
    refused(source)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        ("{{ missing }}", "missing"),
        ("{{ control.missing }}", "missing"),
        ("{{ missing.deeper }}", "missing"),
        ("{{ missing ~ text }}", "missing"),
        ("{{ missing | identifier }}", "missing"),
        ("{% if missing %}{% endif %}", "missing"),
        ("{% for x in missing %}{% endfor %}", "missing"),
    ],
)
def test_a_name_that_is_not_there_is_named(source, named):
    assert named in refused(source)


@pytest.mark.parametrize(
    ("source", "line"), [("a\n{% if %}", 2), ("{{ text", 1), ("a\n\n{% endif %}", 3), ("{{ text | safe }}", 1)]
)
def test_a_fault_of_syntax_names_the_line(source, line):
    assert f".ts.j2:{line}:" in refused(source)


@pytest.mark.parametrize(
    "source",
    [
        "{{ text + 1 }}",
        "{{ number / 0 }}",
        "{{ number // 0 }}",
        "{{ text() }}",
        "{{ number[0] }}",
        "{{ [3, 'a'] | sort }}",
        "{{ '{1}'.format(text) }}",
        "{{ '{'.format(text) }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ text | identifier }}",
        "{{ control }}",
    ],
)
def test_what_an_expression_raises_is_a_fault_of_the_template(source):
    refused(source)


@pytest.mark.parametrize("value", ["\x00", "\ud800", float("nan"), b"a", object()])
def test_a_value_that_cannot_be_written_is_a_fault(value):
    refused("{{ value }}", value=value)


def test_a_file_of_an_unknown_language_is_refused():
    assert "no writer" in refused("{{ text }}", "templates/run.sh.j2")


def test_text_is_refused_in_a_style_sheet():
    refused("a { content: {{ text }} }", "a.css.j2")


@pytest.mark.parametrize("suffix", [".ts", ".json", ".md", ".xml"])
def test_what_a_template_writes_itself_is_written_too(suffix):
    """A constant is a value like every other."""
    assert rendered('{{ "<" ~ text }}', f"a{suffix}.j2") == rendered("{{ x }}", f"a{suffix}.j2", x="<" + HOSTILE)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.text(alphabet="{}%#\n '\"\\-ab", max_size=30))
def test_a_value_is_never_read_as_a_template(value):
    assert rendered("{{ x }}", "a.json.j2", x=f"{{{{ number }}}}{value}").startswith('"{{ number }}')
