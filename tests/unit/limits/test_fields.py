"""Nothing is taken without a limit: every field of every request, in gRPC and in REST, and the same in both."""

import re

import pytest
from buf.validate import validate_pb2
from google.protobuf.descriptor import FieldDescriptor

from docs.limits.messages import MessageField, fields
from docs.limits.rest import RestField, rest_fields

ENDLESS = re.compile(r"(?<!\\)[*+]|\{\d+,\}")
"""What lets a pattern match more than so many characters."""
HEADERS = {"X-Request-Id", "If-None-Match", "Range", "If-Range"}
"""As long as a header may be; what is no id, no hash and no range is passed over."""
RPCS = {
    "createBuild": "CreateBuild",
    "answerBuild": "AnswerBuild",
    "listBuilds": "ListBuilds",
    "getUsage": "GetUsage",
    "listCapabilities": "ListCapabilities",
    "listAuditEvents": "ListEvents",
}
NAMES = {"from": "first_day", "to": "last_day"} | {
    name: f"filter.{name}" for name in ("build", "actor", "type", "tenant", "start_time", "end_time")
}
STRICTER_IN_REST = {
    "^[^\\u0000]*$": "text without NUL, which no database keeps",
    "^[^\\u0000-\\u001f\\u007f]+$": "text on one line",
    "^[a-z]+([._-][a-z]+)*$": "no other type is ever recorded",
    "^[0-9A-HJKMNP-TV-Z]{26}$": "the id without the collection before it",
}
FIELDS = list(fields())


def ids(field):
    return f"{getattr(field, 'rpc', '') or field.operation} {field.name}"


@pytest.fixture
async def rest():
    return list(rest_fields())


def of_kind(*kinds):
    return [field for field in FIELDS if field.kind in kinds]


@pytest.mark.parametrize("field", of_kind("text", "bytes"), ids=ids)
def test_every_text_has_its_length(field: MessageField):
    rules = field.rules.bytes if field.is_bytes else field.rules.string
    bounded = rules.HasField("max_len") or getattr(rules, "uuid", False)
    pattern = getattr(rules, "pattern", "")
    assert bounded or (pattern and not ENDLESS.search(pattern))


@pytest.mark.parametrize("field", of_kind("list"), ids=ids)
def test_every_list_has_its_length(field: MessageField):
    assert field.rules.repeated.HasField("max_items")


@pytest.mark.parametrize("field", of_kind("map"), ids=ids)
def test_every_map_has_its_size_and_so_has_what_it_holds(field: MessageField):
    rules = field.rules.map
    texts = [rules.keys, rules.values]
    assert rules.HasField("max_pairs")
    assert all(isinstance(each, validate_pb2.FieldRules) and each.string.HasField("max_len") for each in texts)


@pytest.mark.parametrize("field", of_kind("number"), ids=ids)
def test_no_number_is_below_what_it_counts(field: MessageField):
    """Upwards the type says enough: what lies past the end is refused, and a page too large is the largest."""
    width = {FieldDescriptor.CPPTYPE_INT32: "int32", FieldDescriptor.CPPTYPE_INT64: "int64"}[field.descriptor.cpp_type]
    assert getattr(field.rules, width).HasField("gte")


@pytest.mark.parametrize("field", of_kind("one of a list"), ids=ids)
def test_only_known_values_of_a_list_are_taken(field: MessageField):
    assert field.rules.enum.defined_only


async def test_every_text_of_rest_has_its_length(rest: list[RestField]):
    texts = [field for field in rest if field.is_text and field.name not in HEADERS]
    endless = [
        ids(field)
        for field in texts
        if field.longest is None
        and field.format not in {"date", "date-time"}
        and (not field.pattern or ENDLESS.search(field.pattern))
    ]
    assert len(texts) > 40
    assert [] == endless


async def test_every_list_of_rest_has_its_length(rest: list[RestField]):
    assert [] == [ids(f) for f in rest if f.schema.get("type") == "array" and "maxItems" not in f.schema]


async def test_every_number_of_rest_has_its_least(rest: list[RestField]):
    assert [] == [ids(f) for f in rest if f.schema.get("type") == "integer" and "minimum" not in f.schema]


async def test_rest_takes_what_grpc_takes(rest: list[RestField]):
    behind = {(field.rpc, field.name): field for field in FIELDS}
    compared = 0
    for field in rest:
        rpc = RPCS.get(field.operation)
        other = behind.get((rpc, NAMES.get(field.name, field.name))) if rpc else None
        if other is None or not field.is_text or field.format:
            continue
        compared += 1
        if other.longest is not None:
            assert other.longest == field.longest, ids(field)
        elif field.pattern not in STRICTER_IN_REST:
            assert other.pattern == field.pattern, ids(field)
    assert compared >= 20
