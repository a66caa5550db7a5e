"""Which error a refusing rule gives."""

import pytest
from pcf_generator.domain.rule import Category


@pytest.mark.parametrize(
    ("category", "code"),
    [
        (Category.CORE, "PCF-VAL-001"),
        (Category.PERFORMANCE, "PCF-VAL-002"),
        (Category.ACCESSIBILITY, "PCF-VAL-003"),
        (Category.SECURITY, "PCF-VAL-004"),
    ],
)
def test_every_category_has_its_code(category, code):
    assert code == category.code
