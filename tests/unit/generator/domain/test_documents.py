"""Domain values as people and schemas read them."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import pytest
from pcf_generator.domain.documents import document


class Colour(StrEnum):
    """An enum of texts."""

    RED = "red"


@dataclass(frozen=True)
class Inner:
    """A nested value."""

    snake_case_name: object


@dataclass(frozen=True)
class Outer:
    """A value of everything there is."""

    name: str
    inner_value: Inner
    many: tuple[Inner, ...]
    by_name: MappingProxyType


def test_fields_are_camel_case_and_keys_stay():
    value = Outer("n", Inner(1), (Inner(None), Inner(Colour.RED)), MappingProxyType({"a_key": Inner([True, 0.5])}))

    assert document(value) == {
        "name": "n",
        "innerValue": {"snakeCaseName": 1},
        "many": [{"snakeCaseName": None}, {"snakeCaseName": "red"}],
        "byName": {"a_key": {"snakeCaseName": [True, 0.5]}},
    }


def test_order_is_the_class_order():
    assert ["name", "innerValue", "many", "byName"] == list(document(Outer("", Inner(0), (), MappingProxyType({}))))


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes", 1j])
def test_refuses_what_json_has_not(value):
    with pytest.raises(TypeError, match="no document for"):
        document(Inner(value))


async def test_a_specification_fits_its_schema(knowledge, make_spec):
    assert await knowledge.spec_faults(document(make_spec({"level": 5, "label": "x"}))) == ()
