"""What we log fits what Elasticsearch is told about it: a line that does not is refused there, and lost."""

import ast
import io
import json
import logging
import re
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from pcf_runtime import logs, trace_context
from pcf_runtime.request_context import RequestContext, bind

from tests.monitoring.queries import MONITORING

ROOT = Path(__file__).parents[2]
SOURCES = [*ROOT.glob("services/*/src/**/*.py"), *ROOT.glob("libs/runtime/src/**/*.py")]
FIELD = re.compile(r"(pcf|http|event|error|server|service|span|trace)\.[a-z_.]+")
TEMPLATE = json.loads((MONITORING / "logs/index-template.json").read_text())
KIBANA = [json.loads(line) for line in (MONITORING / "logs/kibana.ndjson").read_text().splitlines()]
FITS = {
    "date": datetime.fromisoformat,
    "long": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float),
    "keyword": lambda value: isinstance(value, str | int),
    "match_only_text": lambda value: isinstance(value, str),
    "wildcard": lambda value: isinstance(value, str),
}


def mapped(properties, prefix=""):
    found = {}
    for name, mapping in properties.items():
        inner = mapping.get("properties")
        found |= mapped(inner, f"{prefix}{name}.") if inner else {prefix + name: mapping["type"]}
    return found


TYPES = mapped(TEMPLATE["template"]["mappings"]["properties"])


def flat(value, prefix=""):
    if not isinstance(value, dict):
        return {prefix.rstrip("."): value}
    return {key: found for name, inner in value.items() for key, found in flat(inner, f"{prefix}{name}.").items()}


def misfits(line):
    """The fields that Elasticsearch would refuse or not index."""
    fields = {name: values if isinstance(values, list) else [values] for name, values in flat(line).items()}
    return [
        name
        for name, values in fields.items()
        if name not in TYPES or not all(FITS[TYPES[name]](value) for value in values if value is not None)
    ]


def written(path):
    """The fields that a module names where it logs."""
    for node in ast.walk(ast.parse(path.read_text())):
        names = node.keys if isinstance(node, ast.Dict) else [getattr(node, "slice", None)]
        for name in names:
            if isinstance(name, ast.Constant) and FIELD.fullmatch(str(name.value)):
                yield name.value


@pytest.fixture
def stream():
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.configure(service="audit", stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def test_every_field_that_is_logged_is_in_the_template():
    fields = {field for path in SOURCES for field in written(path)}
    assert len(fields) > 30
    assert fields - TYPES.keys() == set()


def test_a_line_of_a_request_names_it_its_trace_its_build_and_its_tenant(stream):
    request = RequestContext("r-1", "ann", "builds/1", "acme")
    with bind(request), trace_context.bind({"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}):
        logging.getLogger("pcf.x").warning("stage failed")
    line = json.loads(stream.getvalue())
    told = flat(line)
    assert [told[name] for name in ("pcf.request_id", "trace.id", "pcf.build", "pcf.tenant")] == [
        "r-1",
        "a" * 32,
        "builds/1",
        "acme",
    ]
    assert misfits(line) == []


def test_a_line_with_a_stack_fits(stream):
    try:
        _ = {}["missing"]
    except KeyError:
        logging.getLogger("pcf.x").exception("rpc failed unexpectedly", extra={"pcf.rpc": "x/Y"})
    assert misfits(json.loads(stream.getvalue())) == []


def test_an_object_where_words_belong_is_found():
    assert misfits({"pcf": {"waiting_for": {"store": "away"}, "end": "5"}}) == ["pcf.waiting_for.store", "pcf.end"]


def test_searches_ask_for_fields_that_there_are():
    view, *searches = KIBANA
    assert view["attributes"]["title"] in TEMPLATE["index_patterns"]
    for search in searches:
        source = json.loads(search["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
        asked = set(re.findall(r"([a-z_.]+)(?=:| >=)", source["query"]["query"]))
        assert asked | set(search["attributes"]["columns"]) <= TYPES.keys()
        assert [each["id"] for each in search["references"]] == [view["id"]]


def test_the_policy_and_the_index_are_those_that_the_others_name():
    assert TEMPLATE["template"]["settings"]["index.lifecycle.name"] == "pcf-builder-logs"
    filebeat = yaml.safe_load((MONITORING / "logs/filebeat.yml").read_text())
    pattern = TEMPLATE["index_patterns"][0].removesuffix("*")
    assert filebeat["output.elasticsearch"]["index"].startswith(pattern)
    policy = json.loads((MONITORING / "logs/ilm-policy.json").read_text())["policy"]
    assert list(policy["phases"]) == ["hot", "warm", "delete"]


def test_the_collector_reads_the_time_as_we_write_it(stream):
    logging.getLogger("pcf.x").warning("now")
    collector = yaml.safe_load((MONITORING / "logs/collector.yml").read_text())
    (parser,) = collector["receivers"]["filelog"]["operators"]
    assert parser["timestamp"]["layout"] == "2006-01-02T15:04:05.000Z07:00"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", json.loads(stream.getvalue())["@timestamp"])
