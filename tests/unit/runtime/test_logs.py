"""Log lines."""

import io
import json
import logging

import pytest
from pcf_runtime import logs, trace_context
from pcf_runtime.request_context import RequestContext, bind


@pytest.fixture
def stream():
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    stream = io.StringIO()
    logs.configure(service="audit", stream=stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def lines(stream: io.StringIO):
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_ecs_with_the_service(stream: io.StringIO):
    logging.getLogger("pcf.x").info("server started", extra={"server.port": 1})
    (line,) = lines(stream)
    assert (line["message"], line["log.level"]) == ("server started", "info")
    assert line["service"]["name"] == "audit"
    assert line["server"]["port"] == 1
    assert "@timestamp" in line


def test_a_line_carries_the_request_it_belongs_to(stream: io.StringIO):
    with bind(RequestContext("r-1", "ann", "builds/1", "acme")):
        logging.getLogger("pcf.x").warning("stage failed")
    (line,) = lines(stream)
    assert line["http"]["request"]["id"] == "r-1"
    assert line["pcf"] == {"request_id": "r-1", "actor": "ann", "build": "builds/1", "tenant": "acme"}
    assert "trace" not in line


def test_a_line_carries_the_trace_it_belongs_to(stream: io.StringIO):
    with trace_context.bind({"traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}):
        logging.getLogger("pcf.x").warning("stage failed")
    assert lines(stream)[0]["trace"] == {"id": "a" * 32}


def test_outside_of_a_request_a_line_names_none(stream: io.StringIO):
    logging.getLogger("pcf.x").warning("readiness changed")
    (line,) = lines(stream)
    assert "http" not in line
    assert "pcf" not in line


def test_a_line_names_the_build_it_is_told(stream: io.StringIO):
    with bind(RequestContext("r-1", build="builds/1")):
        logging.getLogger("pcf.x").warning("build claimed", extra={"pcf.build": "builds/2"})
    assert lines(stream)[0]["pcf"]["build"] == "builds/2"


def test_configuring_twice_does_not_double_the_lines(stream: io.StringIO):
    again = io.StringIO()
    logs.configure(service="brain", level="WARNING", stream=again)
    logging.getLogger("pcf.x").info("unimportant")
    logging.getLogger("pcf.x").warning("important")
    assert lines(stream) == []
    assert [line["message"] for line in lines(again)] == ["important"]


def test_a_stack_is_part_of_its_line(stream: io.StringIO):
    try:
        _ = {}["missing"]
    except KeyError:
        logging.getLogger("pcf.x").exception("rpc failed unexpectedly")
    (line,) = lines(stream)
    assert line["error"]["type"] == "KeyError"
    assert "test_logs" in line["error"]["stack_trace"]
